import { vaultErrors } from '../errors.ts';
import { packSlotsMax } from '../format.ts';
import { closingBytes } from '../pack/layout.ts';

/**
 * The few words that the main thread and all workers of one session share: which pack is open, where its next slot goes,
 * and a lock over these and the chunk table. Workers fill one pack together, each sealing in place what it reserved,
 * so that memory holds one open pack and not one per worker.
 */
export interface SharedControl {
  readonly words: Int32Array;
}

const at = {
  lock: 0,
  generation: 1,
  state: 2,
  buffer: 3,
  ordinal: 4,
  slot: 5,
  offset: 6,
  capacity: 7,
  packId: 8,
  entries: 12,
  packKey: 16,
  sealed: 24,
} as const;
const state = { open: 0, waiting: 1, aborted: 2 } as const;
const buffersMax = 64;
const pollMs = 200;

export function newSharedControl(): SharedControl {
  const control = { words: new Int32Array(new SharedArrayBuffer((at.sealed + buffersMax) * 4)) };
  Atomics.store(control.words, at.state, state.waiting);
  return control;
}

/** The pack that is filled at the moment, or was until now. */
export interface OpenPack {
  readonly buffer: number;
  readonly ordinal: number;
  readonly packId: string;
  /** 32 bytes, a copy */
  readonly key: Buffer;
  /** slots reserved */
  readonly slots: number;
  /** where the next slot would go */
  readonly end: number;
}

export interface Reservation {
  readonly buffer: number;
  readonly ordinal: number;
  readonly packId: string;
  /** 32 bytes, a copy */
  readonly key: Buffer;
  readonly slot: number;
  readonly offset: number;
}

export function locked<T>({ words }: SharedControl, work: () => T): T {
  while (Atomics.compareExchange(words, at.lock, 0, 1) !== 0) Atomics.wait(words, at.lock, 1, pollMs);
  try {
    return work();
  } finally {
    Atomics.store(words, at.lock, 0);
    Atomics.notify(words, at.lock, 1);
  }
}

/** Where the open pack's key lies; gone as soon as the pack takes no more. */
const keyBytes = (words: Int32Array) => Buffer.from(words.buffer as SharedArrayBuffer, at.packKey * 4, 32);

function openPack({ words }: SharedControl): OpenPack {
  return {
    buffer: words[at.buffer]!,
    ordinal: words[at.ordinal]!,
    packId: Buffer.from(words.buffer as SharedArrayBuffer, at.packId * 4, 16).toString('hex'),
    key: Buffer.from(keyBytes(words)),
    slots: words[at.slot]!,
    end: words[at.offset]!,
  };
}

/** Main thread: gives the workers a pack to fill. Only while they wait for one. */
export function installPack({ words }: SharedControl, pack: OpenPack, capacity: number): void {
  Atomics.store(words, at.buffer, pack.buffer);
  Atomics.store(words, at.ordinal, pack.ordinal);
  Buffer.from(words.buffer as SharedArrayBuffer, at.packId * 4, 16).write(pack.packId, 'hex');
  keyBytes(words).set(pack.key);
  Atomics.store(words, at.slot, 0);
  Atomics.store(words, at.offset, pack.end);
  Atomics.store(words, at.capacity, capacity);
  Atomics.store(words, at.sealed + pack.buffer, 0);
  if (Atomics.compareExchange(words, at.state, state.waiting, state.open) === state.aborted) return;
  Atomics.add(words, at.generation, 1);
  Atomics.notify(words, at.generation);
}

/** Main thread: wakes every worker that waits for anything; what they do next fails with `SESSION_ENDED`. */
export function abortShared({ words }: SharedControl): void {
  Atomics.store(words, at.state, state.aborted);
  Atomics.add(words, at.generation, 1);
  Atomics.notify(words, at.generation);
}

export function throwIfAborted({ words }: SharedControl): void {
  if (Atomics.load(words, at.state) === state.aborted) throw vaultErrors.create('SESSION_ENDED', 'The session was ended while chunks were being sealed.');
}

/**
 * Worker: a place for `length` bytes of slot in the open pack. When the pack has no room, the worker that finds out
 * closes it (`onFull`) while the main thread brings the next one; all others wait.
 */
export function reserveSlot(control: SharedControl, length: number, onFull: (full: OpenPack) => void): Reservation {
  const { words } = control;
  for (;;) {
    const generation = Atomics.load(words, at.generation);
    const found = locked(control, (): Reservation | OpenPack | undefined => {
      if (Atomics.load(words, at.state) !== state.open) return undefined;
      const pack = openPack(control);
      if (pack.slots === packSlotsMax || pack.end + length + closingBytes(pack.slots + 1) > words[at.capacity]!) {
        Atomics.store(words, at.state, state.waiting);
        keyBytes(words).fill(0);
        return pack;
      }
      words[at.slot]!++;
      words[at.offset]! += length;
      return { buffer: pack.buffer, ordinal: pack.ordinal, packId: pack.packId, key: pack.key, slot: pack.slots, offset: pack.end };
    });
    throwIfAborted(control);
    if (found === undefined) Atomics.wait(words, at.generation, generation, pollMs);
    else if ('slots' in found) onFull(found);
    else return found;
  }
}

/** Worker: takes the open pack out of use although it has room left; `undefined` when it is empty or none is open. */
export function takeOpenPack(control: SharedControl): OpenPack | undefined {
  return locked(control, () => {
    if (Atomics.load(control.words, at.state) !== state.open) return undefined;
    const pack = openPack(control);
    if (pack.slots === 0) return undefined;
    Atomics.store(control.words, at.state, state.waiting);
    keyBytes(control.words).fill(0);
    return pack;
  });
}

export function slotSealed({ words }: SharedControl, buffer: number): void {
  Atomics.add(words, at.sealed + buffer, 1);
  Atomics.notify(words, at.sealed + buffer);
}

/** Worker: waits until every reserved slot of a pack that takes no more is sealed; that is a matter of milliseconds. */
export function awaitSealed(control: SharedControl, pack: OpenPack): void {
  for (;;) {
    const sealed = Atomics.load(control.words, at.sealed + pack.buffer);
    if (sealed === pack.slots) return;
    throwIfAborted(control);
    Atomics.wait(control.words, at.sealed + pack.buffer, sealed, pollMs);
  }
}

/** Under the lock: how many chunks the table holds. */
export function tableEntries({ words }: SharedControl): number {
  return words[at.entries]!;
}

export function countTableEntry({ words }: SharedControl): void {
  words[at.entries]!++;
}
