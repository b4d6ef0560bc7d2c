import type { ObjectInfo } from '@holdfast/store';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import { pointKeyOf } from '../point/manifest.ts';
import { openObject, sealObject } from '../sealed-object.ts';
import { putUnlessThere, type RecordContext } from './records.ts';

/** A session that is present in the store. */
export interface PresentSession {
  readonly id: string;
  readonly kind: string;
  readonly vmId: string;
  readonly host: string;
  readonly startedAt: string;
  readonly leaseMs: number;
  /** the point that an undelete session brings back */
  readonly point?: string | undefined;
  /** by whichever clock tells; decides only when a fence is tried */
  readonly renewedAt: number;
}

const schema = z.looseObject({
  kind: z.string(),
  vmId: z.string().regex(/^[0-9a-f]{32}$/),
  host: z.string(),
  startedAt: z.string(),
  leaseMs: z.number().min(0),
  point: z.string().optional(),
});

/**
 * Sessions that are present now.
 *
 * @throws `COLLECTION_REFUSED` when a session's object can't be read: nobody knows what it is about to need
 */
export async function presentSessions({ store, keys }: RecordContext): Promise<PresentSession[]> {
  const renewals = new Map<string, ObjectInfo>();
  const ids: string[] = [];
  for await (const info of store.list('sessions/')) {
    const match = /^sessions\/([0-9a-f]{32})(?:\.\d+)?$/.exec(info.key);
    if (match === null) continue;
    if (!info.key.includes('.')) ids.push(match[1]!);
    if ((renewals.get(match[1]!)?.modifiedAt ?? 0) <= (info.modifiedAt ?? 0)) renewals.set(match[1]!, info);
  }
  const sessions: PresentSession[] = [];
  for (const id of ids) {
    const key = `sessions/${id}`;
    try {
      const content = schema.parse(JSON.parse(openObject(keys, { kind: 'HFSESSN1', key, sessionId: id }, await store.get(key)).toString('utf8')));
      sessions.push({ id, ...content, renewedAt: renewals.get(id)?.modifiedAt ?? Date.parse(content.startedAt) });
    } catch (cause) {
      if ((cause as { code?: string }).code === 'STORE_ABSENT') continue; // ended since it was listed
      if (!vaultErrors.is(cause, 'OBJECT_DAMAGED') && !(cause instanceof z.ZodError)) throw cause;
      throw vaultErrors.create('COLLECTION_REFUSED', `The session’s object ${key} can’t be read, so that nobody knows what it needs.`, {
        did: 'Nothing was deleted.',
        cause,
        subject: { object: key },
      });
    }
  }
  return sessions;
}

/** How long after its lease a session is given up: machines pause, and a fence costs its backup. */
const graceFactor = 2;

/**
 * Which of these sessions can still commit. One that has ended or whose point key is decided can't; one whose lease has run
 * out is fenced, and the store decides whether the fence or its commit was first.
 */
export async function undecided(
  context: RecordContext,
  sessions: readonly PresentSession[],
  onFence: (session: PresentSession) => void,
): Promise<PresentSession[]> {
  const left: PresentSession[] = [];
  const renewals = new Map((await presentSessions(context)).map((session) => [session.id, session]));
  for (const session of sessions) {
    const now = renewals.get(session.id);
    if (now === undefined) continue;
    const key = pointKeyOf(session.vmId, session.id);
    if ((await context.store.head(key)) !== undefined) continue;
    if (!hasExpired(context, now)) left.push(now);
    else if (await fence(context, session, 'its lease ran out')) onFence(session);
  }
  return left;
}

export function hasExpired({ environment }: RecordContext, session: PresentSession): boolean {
  return environment.clock.now() - session.renewedAt > session.leaseMs * graceFactor;
}

/** `false` when the session's point key was decided already. Afterwards the session can't commit, whatever is under way. */
export async function fence(context: RecordContext, session: { readonly id: string; readonly vmId: string }, reason: string): Promise<boolean> {
  const { store, keys, environment } = context;
  const key = pointKeyOf(session.vmId, session.id);
  const content = { by: environment.host, at: new Date(environment.clock.now()).toISOString(), reason };
  return putUnlessThere(
    store,
    key,
    sealObject(keys, { kind: 'HFFENCE1', key, sessionId: session.id }, Buffer.from(JSON.stringify(content)), environment.random),
  );
}
