import type { ObjectStore } from '@holdfast/store';
import { followPoint, SeenSlots } from '../collect/follow-maps.ts';
import { readPlaces } from '../collect/places.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { DiskMapReference, NodeReference } from '../model.ts';
import type { PackKind } from '../pack/layout.ts';
import { decodeInner, packsNamed } from '../tree/node.ts';
import { readNodes } from '../tree/node-reader.ts';

/** Nodes that come with one round of requests. */
const nodesAtOnce = 64;

/**
 * Every pack that reading maps takes, by kind. Reads all nodes, no data, and of each node only its table of packs: about 3 KB for
 * each 16 MiB of disk, 2 GB for 10 TiB. Where packs were rewritten, the entries have to be looked at, too.
 */
export async function packsOfMaps(
  store: ObjectStore,
  keys: VaultKeys,
  maps: readonly DiskMapReference[],
  signal: AbortSignal | undefined,
): Promise<Map<string, PackKind>> {
  const packs = new Map<string, PackKind>();
  const places = await readPlaces({ store, keys, signal });
  if (places.forwards.targets.size > 0) {
    const need = (kind: PackKind, slot: NodeReference) => void packs.set(places.of(kind, slot).pack, kind);
    await followPoint({ store, keys, signal }, { disks: maps.map((map) => ({ map })), files: {} }, new SeenSlots(), need);
    return packs;
  }
  const visit = async (nodes: readonly NodeReference[], level: number): Promise<void> => {
    for (let first = 0; first < nodes.length; first += nodesAtOnce) {
      const some = nodes.slice(first, first + nodesAtOnce);
      for (const { pack } of some) packs.set(pack, 'meta');
      for (const bytes of await readNodes(store, keys, some, signal)) {
        if (level === 0) for (const pack of packsNamed(bytes)) packs.set(pack, 'data');
        else
          await visit(
            decodeInner(bytes, level).map(({ node }) => node),
            level - 1,
          );
      }
    }
  };
  for (const map of maps) if (map.root !== undefined) await visit([map.root], map.height);
  return packs;
}
