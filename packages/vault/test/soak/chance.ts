import { createCipheriv, createHash } from 'node:crypto';

/** Chance whose whole course follows from a name. */
export interface Chance {
  /** in [0, 1) */
  fraction(): number;
  between(least: number, most: number): number;
  happens(probability: number): boolean;
  one<T>(items: readonly T[]): T;
}

export function chanceOf(...name: readonly (string | number)[]): Chance {
  let state = digest(name.join('/')).readUInt32LE(0);
  const fraction = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    fraction,
    between: (least, most) => least + fraction() * (most - least),
    happens: (probability) => fraction() < probability,
    one: (items) => items[Math.floor(fraction() * items.length)]!,
  };
}

/** Bytes that don't compress and follow from a name. */
export function bytesOf(name: string, length: number): Buffer {
  const seed = digest(name);
  return createCipheriv('aes-128-ctr', seed.subarray(0, 16), seed.subarray(16)).update(Buffer.alloc(length));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
