import type { ObjectStore } from '@holdfast/store';
import { packSlotsMax } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { NodeReference, RecoveryPoint, SlotAddress } from '../model.ts';
import type { PackKind } from '../pack/layout.ts';
import { decodeInner, decodeLeaf } from '../tree/node.ts';
import { readNodes } from '../tree/node-reader.ts';

export interface FollowContext {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly signal?: AbortSignal | undefined;
}

/** Nodes that come with one round of requests. */
const nodesAtOnce = 32;

/** Tells every slot that restoring the point reads, as its maps name it. Nodes in `seen` are not read again, nor what is below them. */
export async function followPoint(
  context: FollowContext,
  point: { readonly disks: readonly Pick<RecoveryPoint['disks'][number], 'map'>[]; readonly files: RecoveryPoint['files'] },
  seen: SeenSlots,
  need: (kind: PackKind, slot: NodeReference) => void,
): Promise<void> {
  const visit = async (nodes: readonly NodeReference[], level: number): Promise<void> => {
    const fresh = nodes.filter((node) => seen.add(node));
    for (let first = 0; first < fresh.length; first += nodesAtOnce) {
      const some = fresh.slice(first, first + nodesAtOnce);
      for (const node of some) need('meta', node);
      for (const bytes of await readNodes(context.store, context.keys, some, context.signal)) {
        if (level > 0) {
          await visit(
            decodeInner(bytes, level).map(({ node }) => node),
            level - 1,
          );
        } else for (const { chunk } of decodeLeaf(bytes)) if (chunk !== undefined) need('data', chunk);
      }
    }
  };
  for (const { map } of point.disks) if (map.root !== undefined) await visit([map.root], map.height);
  for (const file of Object.values(point.files)) need(file.in ?? 'meta', file);
}

/** A bit for each slot, and some 150 bytes for each pack. */
export class SeenSlots {
  readonly #slots = new Map<string, Uint8Array>();

  /** `false` when it was there */
  add({ pack, slot }: Pick<SlotAddress, 'pack' | 'slot'>): boolean {
    let bits = this.#slots.get(pack);
    if (bits === undefined || bits.length <= slot >> 3) {
      const grown = new Uint8Array(Math.min(Math.max(64, ((slot >> 3) + 1) * 2), (packSlotsMax >> 3) + 1));
      if (bits !== undefined) grown.set(bits);
      this.#slots.set(pack, grown);
      bits = grown;
    }
    const bit = 1 << (slot & 7);
    if ((bits[slot >> 3]! & bit) !== 0) return false;
    bits[slot >> 3]! |= bit;
    return true;
  }

  has({ pack, slot }: Pick<SlotAddress, 'pack' | 'slot'>): boolean {
    return ((this.#slots.get(pack)?.[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;
  }
}
