import type { ObjectStore } from '@holdfast/store';
import { fanOut } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { DiskMapReference, NodeReference } from '../model.ts';
import { decodeInner, decodeLeaf, type LeafEntry } from './node.ts';
import { readNodes } from './node-reader.ts';

export interface WalkedLeaf {
  readonly segment: number;
  readonly entries: LeafEntry[];
}

/** Leaves that come with one round of requests. */
const leavesAtOnce = 32;

/** All leaves of a map that aren't all zeros, in order of the disk. Every node is authenticated before it is followed. */
export async function* walkLeaves(store: ObjectStore, keys: VaultKeys, map: DiskMapReference, signal?: AbortSignal): AsyncGenerator<WalkedLeaf> {
  if (map.root !== undefined) yield* below(store, keys, map.root, map.height, 0, signal);
}

async function* below(
  store: ObjectStore,
  keys: VaultKeys,
  node: NodeReference,
  level: number,
  index: number,
  signal?: AbortSignal,
): AsyncGenerator<WalkedLeaf> {
  const [bytes] = await readNodes(store, keys, [node], signal);
  if (level === 0) {
    yield { segment: index, entries: decodeLeaf(bytes!) };
    return;
  }
  const children = decodeInner(bytes!, level);
  if (level > 1) {
    for (const { child, node: next } of children) yield* below(store, keys, next, level - 1, index * fanOut + child, signal);
    return;
  }
  for (let first = 0; first < children.length; first += leavesAtOnce) {
    const some = children.slice(first, first + leavesAtOnce);
    const leaves = await readNodes(
      store,
      keys,
      some.map((entry) => entry.node),
      signal,
    );
    for (const [position, { child }] of some.entries()) yield { segment: index * fanOut + child, entries: decodeLeaf(leaves[position]!) };
  }
}
