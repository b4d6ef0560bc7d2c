import { vaultErrors } from '../errors.ts';
import { forwardsOf } from '../forward/forwards.ts';
import { repairKeyOf } from '../index/repair-name.ts';
import { openManifest, parsePointId } from '../point/manifest.ts';
import { magicOf } from '../sealed-object.ts';
import type { RecordContext } from './records.ts';

/**
 * Index segments of sessions all of whose packs go now. A segment that is missing only costs that chunks are stored again, so
 * what can't be told stays: segments that name other packs, too, and those of points that can't be read. A manifest may name what
 * it likes: nothing goes that isn't a segment of its own session.
 */
export async function unneededSegments({ store, keys }: RecordContext, released: ReadonlySet<string>): Promise<string[]> {
  const segments: string[] = [];
  for await (const { key } of store.list('points/')) {
    const name = parsePointId(key);
    if (name === undefined) continue;
    const bytes = await store.get(key);
    if (magicOf(bytes) === 'HFFENCE1') continue;
    try {
      const { introduced } = openManifest(keys, name.vmId, name.sessionId, bytes);
      if (introduced.packs.length > 0 && introduced.packs.every((pack) => released.has(pack.id)))
        segments.push(...introduced.segments.filter((key) => key.startsWith(`index/${name.sessionId}-`)));
    } catch (error) {
      if (!vaultErrors.is(error, 'POINT_UNREADABLE')) throw error;
    }
  }
  for (const [sessionId, targets] of (await forwardsOf(store, keys).refresh()).targetsOf) {
    if (targets.length > 0 && targets.every((id) => released.has(id))) segments.push(repairKeyOf(sessionId));
  }
  return segments;
}
