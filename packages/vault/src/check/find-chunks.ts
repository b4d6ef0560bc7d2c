import { createSecretKey } from 'node:crypto';
import { packHeaderBytes } from '../format.ts';
import { packKey } from '../pack/layout.ts';
import { packKeys } from '../pack/pack-keys.ts';
import { openSlot } from '../pack/seal.ts';
import type { CheckContext } from './check-context.ts';
import { readSegments } from './check-index.ts';
import { isContent } from './rebuild-pack.ts';

/** A slot of another pack that should hold the same chunk. */
interface Place {
  readonly pack: string;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
}

const placesEach = 4;

/** Where else in the vault chunks lie, by the index: only those asked for are kept. */
export async function findPlaces(context: CheckContext, wanted: ReadonlySet<string>, notIn: ReadonlySet<string>): Promise<Map<string, Place[]>> {
  const places = new Map<string, Place[]>();
  const found = readSegments(context, (segment) => {
    for (const { id, pack, slot, offset, length } of segment.rows()) {
      const name = id.toString('hex');
      const packId = segment.packs[pack]!.id;
      if (!wanted.has(name) || notIn.has(packId)) continue;
      const known = places.get(name) ?? [];
      if (known.length < placesEach) places.set(name, [...known, { pack: packId, slot, offset, length }]);
    }
  });
  for await (const _ of found); // the check before has told of them
  return places;
}

/** The plain bytes of a chunk from the first place that still has them. */
export async function readChunk({ inside, answers, signal }: CheckContext, id: Buffer, places: readonly Place[]): Promise<Buffer | undefined> {
  const { store, keys } = inside;
  for (const { pack, slot, offset, length } of places) {
    try {
      if (offset < packHeaderBytes) continue;
      const bytes = Buffer.from(await store.get(packKey('data', pack), { range: { offset, length }, signal }));
      answers.fetched(length);
      const opened = openSlot(bytes, slot, createSecretKey(await packKeys(store, keys).of(pack, signal)));
      if (opened !== undefined && isContent(keys, 'data', id, opened.plain)) return opened.plain;
    } catch (error) {
      answers.stateOf(error);
    }
  }
  return undefined;
}
