import type { ObjectStore } from '@holdfast/store';
import { followPoint, SeenSlots } from '../collect/follow-maps.ts';
import { forwardsOf } from '../forward/forwards.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { RecoveryPoint } from '../model.ts';
import { packKey } from '../pack/layout.ts';

/**
 * Every pack that restoring the point reads, by its key in the store: about 17,000 a TiB. Reads the maps, no data.
 *
 * @param absent packs that aren't there or mustn't be relied on: where what is needed of them was copied, the packs of the copies count
 */
export async function packsOfPoint(
  store: ObjectStore,
  keys: VaultKeys,
  point: RecoveryPoint,
  absent: ReadonlySet<string> = new Set(),
): Promise<Map<string, { readonly id: string }>> {
  const packs = new Map<string, { readonly id: string }>();
  const forwards = forwardsOf(store, keys);
  if (absent.size > 0) await forwards.refresh();
  await followPoint({ store, keys }, point, new SeenSlots(), (kind, slot) => {
    const { pack } = forwards.place(slot, (id) => !absent.has(id));
    const key = packKey(kind, pack);
    if (!packs.has(key)) packs.set(key, { id: pack });
  });
  return packs;
}
