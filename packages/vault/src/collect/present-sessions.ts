import type { ObjectInfo } from '@holdfast/store';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import { openObject } from '../sealed-object.ts';
import type { ListedSession, RecordContext } from './records.ts';

/** A session that is present in the store. */
export interface PresentSession extends ListedSession {
  readonly host: string;
  readonly startedAt: string;
  readonly leaseMs: number;
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
