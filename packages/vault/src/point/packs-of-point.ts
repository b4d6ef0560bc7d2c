import type { ObjectStore } from '@holdfast/store';
import type { VaultKeys } from '../keys/derive.ts';
import type { NodeReference, RecoveryPoint } from '../model.ts';
import { packKey } from '../pack/layout.ts';
import { decodeInner, decodeLeaf } from '../tree/node.ts';
import { readNodes } from '../tree/node-reader.ts';

/** Nodes that come with one round of requests. */
const nodesAtOnce = 32;

/** Every pack that restoring the point reads, by its key in the store: about 17,000 a TiB. Reads the maps, no data. */
export async function packsOfPoint(store: ObjectStore, keys: VaultKeys, point: RecoveryPoint): Promise<Map<string, { readonly id: string }>> {
  const packs = new Map<string, { readonly id: string }>();
  const add = (kind: 'data' | 'meta', id: string) => {
    const key = packKey(kind, id);
    if (!packs.has(key)) packs.set(key, { id });
  };
  const visit = async (nodes: readonly NodeReference[], level: number): Promise<void> => {
    for (let first = 0; first < nodes.length; first += nodesAtOnce) {
      const some = nodes.slice(first, first + nodesAtOnce);
      for (const { pack } of some) add('meta', pack);
      for (const bytes of await readNodes(store, keys, some)) {
        if (level === 0) {
          for (const { chunk } of decodeLeaf(bytes)) if (chunk !== undefined) add('data', chunk.pack);
        } else {
          const children = decodeInner(bytes, level).map(({ node }) => node);
          await visit(children, level - 1);
        }
      }
    }
  };
  for (const { map } of point.disks) if (map.root !== undefined) await visit([map.root], map.height);
  for (const file of Object.values(point.files)) add(file.in ?? 'meta', file.pack);
  return packs;
}
