import { pointKeyOf } from '../point/manifest.ts';
import { sealObject } from '../sealed-object.ts';
import type { PresentSession } from './present-sessions.ts';
import { type ListedSession, putUnlessThere, type RecordContext } from './records.ts';

/** How long after its lease a session is given up: machines pause, and a fence costs its backup. */
const graceFactor = 2;

/** By whichever clocks tell: decides only when a fence is tried, or rubbish is taken away. */
export function hasExpired({ environment }: RecordContext, session: PresentSession): boolean {
  return environment.clock.now() - session.renewedAt > session.leaseMs * graceFactor;
}

/** Whether the session's point key holds something: then it can't commit any more, or has done so. */
export async function isDecided({ store }: RecordContext, session: Pick<ListedSession, 'id' | 'vmId'>): Promise<boolean> {
  return (await store.head(pointKeyOf(session.vmId, session.id))) !== undefined;
}

/** `false` when the session's point key was decided already. Afterwards the session can't commit, whatever is under way. */
export async function fence(context: RecordContext, session: Pick<ListedSession, 'id' | 'vmId'>, reason: string): Promise<boolean> {
  const { store, keys, environment } = context;
  const key = pointKeyOf(session.vmId, session.id);
  const content = { by: environment.host, at: new Date(environment.clock.now()).toISOString(), reason };
  return putUnlessThere(
    store,
    key,
    sealObject(keys, { kind: 'HFFENCE1', key, sessionId: session.id }, Buffer.from(JSON.stringify(content)), environment.random),
  );
}
