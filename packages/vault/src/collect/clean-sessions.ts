import { hasExpired, isDecided } from './fence.ts';
import { presentSessions } from './present-sessions.ts';
import type { RecordContext } from './records.ts';

/** A renewal whose session has gone says nothing; this long afterwards nobody is about to delete it himself. */
const strayAgeMs = 24 * 3_600_000;

/**
 * Takes away what sessions left behind that are over for good: the point key is decided, so that nothing of theirs can be
 * committed any more, and the lease is long over, so that nobody is about to take it away himself. A session that brings a point back
 * has no such key: the removal it has sent may arrive at any time, and its object stays (docs/collection.md).
 *
 * @returns how many sessions
 */
export async function cleanSessions(context: RecordContext): Promise<number> {
  const { store, environment } = context;
  const over = new Set<string>();
  for (const session of await presentSessions(context)) {
    if (session.kind !== 'undelete' && hasExpired(context, session) && (await isDecided(context, session))) over.add(session.id);
  }
  const there = new Set<string>();
  const keys: string[] = [];
  for await (const { key, modifiedAt } of store.list('sessions/')) {
    const [, id, renewal] = /^sessions\/([0-9a-f]{32})(\.\d+)?$/.exec(key) ?? [];
    if (id === undefined) continue;
    if (renewal === undefined) there.add(id);
    const stray = !there.has(id) && environment.clock.now() - (modifiedAt ?? Number.POSITIVE_INFINITY) > strayAgeMs;
    if (over.has(id) || stray) keys.push(key);
  }
  // What can't be deleted now is tried by the next run.
  if (keys.length > 0) await store.delete(keys);
  return over.size;
}
