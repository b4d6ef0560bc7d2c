import { createHash } from 'node:crypto';
import { KiB, MiB } from '@holdfast/kit';
import { bytesOf, type Chance, chanceOf } from './chance.ts';

/** Two segments, so that maps have inner nodes. */
export const capacity = 17 * MiB;
const placeBytes = 512 * KiB;
const places = [0, 512 * KiB, MiB, 16 * MiB, 16 * MiB + 512 * KiB];
/** Contents that all machines draw from: what one lost comes up again in another, and packs on their way out are wanted anew. */
const sharedContents = 24;

interface Change {
  readonly offset: number;
  readonly length: number;
  /** zeros when absent */
  readonly content?: string;
}

export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** A disk whose whole life follows from its name: a process that was killed takes it up again from a number, the generation. */
export class DiskHistory {
  readonly bytes: Buffer = Buffer.alloc(capacity);
  generation = 0;
  readonly name: string;
  readonly #changes: (readonly Change[])[] = [];

  constructor(name: string) {
    this.name = name;
  }

  advance(): void {
    const changes = changesOf(this.name, ++this.generation);
    this.#changes.push(changes);
    for (const { offset, length, content } of changes) {
      if (content === undefined) this.bytes.fill(0, offset, offset + length);
      else bytesOf(content, length).copy(this.bytes, offset);
    }
  }

  /** What may differ from an earlier generation, ascending. */
  changedSince(generation: number): Extent[] {
    const all = this.#changes.slice(generation).flat();
    const merged: { offset: number; length: number }[] = [];
    for (const { offset, length } of all.sort((a, b) => a.offset - b.offset)) {
      const last = merged.at(-1);
      if (last !== undefined && offset <= last.offset + last.length) last.length = Math.max(last.length, offset + length - last.offset);
      else merged.push({ offset, length });
    }
    return merged;
  }

  sha256(): string {
    return createHash('sha256').update(this.bytes).digest('hex');
  }
}

function changesOf(name: string, generation: number): Change[] {
  const chance = chanceOf(name, generation);
  if (generation === 1 || chance.happens(0.05)) return places.map((offset) => wholePlace(chance, `${name}/${generation}/${offset}`, offset));
  return Array.from({ length: 1 + Math.floor(chance.fraction() * 3) }, (_, index) => {
    const offset = chance.one(places);
    const own = `${name}/${generation}/${index}`;
    if (chance.happens(0.6)) return wholePlace(chance, own, offset);
    const length = 4 * KiB * (1 + Math.floor(chance.fraction() * 12));
    return { offset: offset + 4 * KiB * Math.floor(chance.fraction() * 100), length, content: own };
  });
}

function wholePlace(chance: Chance, own: string, offset: number): Change {
  const place = { offset, length: placeBytes };
  if (chance.happens(0.1)) return place;
  return { ...place, content: chance.happens(0.75) ? `shared ${Math.floor(chance.fraction() * sharedContents)}` : own };
}
