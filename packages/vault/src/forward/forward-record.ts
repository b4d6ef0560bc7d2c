import { vaultErrors } from '../errors.ts';
import { idBytes } from '../format.ts';
import type { IndexedPack } from '../index/segment.ts';
import type { SlotAddress } from '../model.ts';

/** One slot of an old pack, and where its content lies now. */
export interface MovedSlot {
  readonly slot: number;
  readonly to: SlotAddress;
}

/** Where the slots of some packs have been copied to. What it doesn't name wasn't copied. */
export interface ForwardRecord {
  /** the packs that were written for it */
  readonly targets: readonly IndexedPack[];
  readonly sources: readonly { readonly pack: string; readonly slots: readonly MovedSlot[] }[];
}

export const forwardsPrefix = 'forwards/';
export const forwardKeyOf = (sessionId: string) => `${forwardsPrefix}${sessionId}`;

/** The session of a forwarding record, or of a fence in its place; `undefined` for any other key. */
export function forwardSessionOf(key: string): string | undefined {
  return /^forwards\/([0-9a-f]{32})$/.exec(key)?.[1];
}

const headBytes = 12;
const targetBytes = 64;
const sourceBytes = 24;
const slotBytes = 16;

/** docs/vault-format.md §9.3 */
export function encodeForwards({ targets, sources }: ForwardRecord): Buffer {
  const numbers = new Map(targets.map(({ id }, number) => [id, number]));
  const slots = sources.reduce((sum, source) => sum + source.slots.length, 0);
  const bytes = Buffer.alloc(headBytes + targets.length * targetBytes + sources.length * sourceBytes + slots * slotBytes);
  bytes.writeUInt32LE(1, 0);
  bytes.writeUInt32LE(targets.length, 4);
  bytes.writeUInt32LE(sources.length, 8);
  let at = headBytes;
  for (const { id, size, kind, sha256, slots: count } of targets) {
    bytes.write(id, at, 'hex');
    bytes.writeUInt32LE(size, at + 16);
    bytes[at + 20] = kind === 'data' ? 1 : 2;
    bytes.write(sha256, at + 24, 'hex');
    bytes.writeUInt32LE(count, at + 56);
    at += targetBytes;
  }
  for (const { pack, slots: moved } of sources) {
    bytes.write(pack, at, 'hex');
    bytes.writeUInt32LE(moved.length, at + idBytes);
    at += sourceBytes;
  }
  for (const { slots: moved } of sources) {
    for (const { slot, to } of [...moved].sort((a, b) => a.slot - b.slot)) {
      bytes.writeUInt16LE(slot, at);
      bytes.writeUInt16LE(to.slot, at + 2);
      bytes.writeUInt32LE(numbers.get(to.pack)!, at + 4);
      bytes.writeUInt32LE(to.offset, at + 8);
      bytes.writeUInt32LE(to.length, at + 12);
      at += slotBytes;
    }
  }
  return bytes;
}

/** The slots of one old pack in one record, read where they lie: 16 bytes each. */
export interface SlotsOfPack {
  readonly pack: string;
  readonly count: number;
  /** where the content of this slot lies now; `undefined` when this record doesn't name it */
  find(slot: number): SlotAddress | undefined;
}

/** @throws `OBJECT_DAMAGED` when an authenticated record isn't laid out as format 1 says */
export function decodeForwards(bytes: Buffer): { readonly targets: readonly IndexedPack[]; readonly sources: readonly SlotsOfPack[] } {
  const damaged = () => vaultErrors.create('OBJECT_DAMAGED', 'A forwarding record isn’t laid out as format 1 says.');
  if (bytes.length < headBytes || bytes.readUInt32LE(0) !== 1) throw damaged();
  const targetCount = bytes.readUInt32LE(4);
  const sourceCount = bytes.readUInt32LE(8);
  const slotsAt = headBytes + targetCount * targetBytes + sourceCount * sourceBytes;
  if (slotsAt > bytes.length) throw damaged();
  const targets = Array.from({ length: targetCount }, (_, number): IndexedPack => {
    const at = headBytes + number * targetBytes;
    return {
      id: bytes.toString('hex', at, at + idBytes),
      size: bytes.readUInt32LE(at + 16),
      kind: bytes[at + 20] === 1 ? 'data' : 'meta',
      sha256: bytes.toString('hex', at + 24, at + 56),
      slots: bytes.readUInt32LE(at + 56),
    };
  });
  let first = slotsAt;
  const sources = Array.from({ length: sourceCount }, (_, number): SlotsOfPack => {
    const at = headBytes + targetCount * targetBytes + number * sourceBytes;
    const count = bytes.readUInt32LE(at + idBytes);
    const start = first;
    first += count * slotBytes;
    return { pack: bytes.toString('hex', at, at + idBytes), count, find: (slot) => findSlot(bytes, start, count, slot, targets) };
  });
  if (first !== bytes.length) throw damaged();
  return { targets, sources };
}

function findSlot(bytes: Buffer, start: number, count: number, slot: number, targets: readonly IndexedPack[]): SlotAddress | undefined {
  let low = 0;
  for (let high = count; low < high; ) {
    const middle = (low + high) >> 1;
    if (bytes.readUInt16LE(start + middle * slotBytes) < slot) low = middle + 1;
    else high = middle;
  }
  const at = start + low * slotBytes;
  if (low === count || bytes.readUInt16LE(at) !== slot) return undefined;
  const target = targets[bytes.readUInt32LE(at + 4)];
  if (target === undefined) return undefined;
  return { pack: target.id, slot: bytes.readUInt16LE(at + 2), offset: bytes.readUInt32LE(at + 8), length: bytes.readUInt32LE(at + 12) };
}
