import type { MemoryStore } from '@holdfast/store/testing';
import { decodeForwards } from '../../src/forward/forward-record.ts';
import type { NodeReference, SlotAddress } from '../../src/model.ts';
import { packKey } from '../../src/pack/layout.ts';
import { openSlot, packCipherKey } from '../../src/pack/seal.ts';
import { openManifest, parsePointId } from '../../src/point/manifest.ts';
import { magicOf, openObject } from '../../src/sealed-object.ts';
import { decodeLeaf } from '../../src/tree/node.ts';
import { keys } from './actors.ts';

/** More than any pack here has. */
const slotsMax = 16;

/** What a point that was committed just now needs: its map's leaf, and the chunks that it names. A fence needs nothing. */
export function slotsOfNow(store: MemoryStore, places: Places, key: string): NodeReference[] {
  const { body } = store.objects.get(key)!;
  if (magicOf(body) === 'HFFENCE1') return [];
  const { vmId, sessionId } = parsePointId(key)!;
  const { root } = openManifest(keys, vmId, sessionId, body).disks[0]!.map;
  const at = places.of(root!);
  if (at === undefined) return [root!];
  const pack = Buffer.from(store.objects.get(packKey('meta', at.pack))!.body);
  const leaf = openSlot(pack.subarray(at.offset, at.offset + at.length), at.slot, packCipherKey(keys.metadata, at.pack))!;
  return [root!, ...decodeLeaf(leaf.plain).flatMap(({ chunk }) => chunk ?? [])];
}

/** Where slots are, by the store as it is: told without the code that is under test. */
export class Places {
  readonly #store: MemoryStore;
  readonly #copies = new Map<string, SlotAddress[]>();
  readonly #read = new Set<string>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  readForwards(): void {
    for (const [key, { body }] of this.#store.objects) {
      if (!key.startsWith('forwards/') || this.#read.has(key)) continue;
      this.#read.add(key);
      if (magicOf(body) === 'HFFENCE1') continue;
      const { sources } = decodeForwards(openObject(keys, { kind: 'HFFORWD1', key, sessionId: key.slice('forwards/'.length) }, body));
      for (const { pack, find } of sources) {
        for (let slot = 0; slot < slotsMax; slot++) {
          const to = find(slot);
          if (to !== undefined) this.#copies.set(`${pack} ${slot}`, [...(this.#copies.get(`${pack} ${slot}`) ?? []), to]);
        }
      }
    }
  }

  of(slot: SlotAddress): SlotAddress | undefined {
    const { objects } = this.#store;
    if (objects.has(packKey('data', slot.pack)) || objects.has(packKey('meta', slot.pack))) return slot;
    for (const copy of this.#copies.get(`${slot.pack} ${slot.slot}`) ?? []) {
      const found = this.of(copy);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
