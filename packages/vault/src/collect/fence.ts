import { forwardKeyOf } from '../forward/forward-record.ts';
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

type Committer = Pick<ListedSession, 'id' | 'vmId'> & { readonly kind?: string };

/** The key that a session's commit and its fence compete for. */
const decidingKeyOf = ({ id, vmId, kind }: Committer) => (kind === 'rewrite' ? forwardKeyOf(id) : pointKeyOf(vmId, id));

/** Whether that key holds something: then the session can't commit any more, or has done so. */
export async function isDecided({ store }: RecordContext, session: Committer): Promise<boolean> {
  return (await store.head(decidingKeyOf(session))) !== undefined;
}

/** `false` when the session's commit was decided already. Afterwards the session can't commit, whatever is under way. */
export async function fence(context: RecordContext, session: Committer, reason: string): Promise<boolean> {
  const { store, keys, environment } = context;
  const key = decidingKeyOf(session);
  const content = { by: environment.host, at: new Date(environment.clock.now()).toISOString(), reason };
  return putUnlessThere(
    store,
    key,
    sealObject(keys, { kind: 'HFFENCE1', key, sessionId: session.id }, Buffer.from(JSON.stringify(content)), environment.random),
  );
}
