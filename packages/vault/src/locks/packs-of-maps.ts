import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import type { DiskMapReference, NodeReference } from '../model.ts';
import type { PackKind } from '../pack/layout.ts';
import { decodeInner, packsNamed } from '../tree/node.ts';
import { readNodes } from '../tree/node-reader.ts';

/** Nodes that come with one round of requests. */
const nodesAtOnce = 64;

/**
 * Every pack that maps refer to, by kind. Reads all nodes, no data, and of each node only its table of packs: about 3 KB for
 * each 16 MiB of disk, 2 GB for 10 TiB.
 *
 * @param visited nodes to pass over, and what is below them; those that are visited are added
 */
export async function packsOfMaps(
  store: ObjectStore,
  keys: VaultKeys,
  maps: readonly DiskMapReference[],
  options: { readonly signal?: AbortSignal | undefined; readonly isNew?: (node: NodeReference) => boolean } = {},
): Promise<Map<string, PackKind>> {
  const packs = new Map<string, PackKind>();
  const visit = async (all: readonly NodeReference[], level: number): Promise<void> => {
    const nodes = options.isNew === undefined ? all : all.filter(options.isNew);
    for (let first = 0; first < nodes.length; first += nodesAtOnce) {
      const some = nodes.slice(first, first + nodesAtOnce);
      for (const { pack } of some) packs.set(pack, 'meta');
      for (const bytes of await readNodes(store, keys, some, options.signal)) {
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
