import { KiB, MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { MetadataPages } from './metadata-pages.ts';

function counted(fail?: () => boolean): { pages: MetadataPages; reads: number[] } {
  const reads: number[] = [];
  const pages = new MetadataPages(
    async (_path, position, into) => {
      reads.push(position);
      if (fail?.()) throw new Error('cut');
      into.fill(position / (64 * KiB));
    },
    new Map([['a', 100 * MiB + 4 * KiB]]),
  );
  return { pages, reads };
}

test('a page is read once, however many ask for it', async () => {
  const { pages, reads } = counted();
  const [one, other] = await Promise.all([pages.at('a', 64 * KiB + 8), pages.at('a', 128 * KiB - 8)]);
  expect(one.view.getUint8(one.at)).toBe(1);
  expect(other.at).toBe(64 * KiB - 8);
  expect(reads).toEqual([64 * KiB]);
});

test('the last page ends where the file does', async () => {
  const { pages } = counted();
  const { view } = await pages.at('a', 100 * MiB + 8);
  expect(view.byteLength).toBe(4 * KiB);
});

test('a page that couldn’t be read is asked for again', async () => {
  let broken = true;
  const { pages, reads } = counted(() => broken);
  await expect(pages.at('a', 0)).rejects.toThrow('cut');
  broken = false;
  await pages.at('a', 0);
  expect(reads).toEqual([0, 0]);
});

test('32 MiB of pages stay in memory: those used last', async () => {
  const { pages, reads } = counted();
  await pages.at('a', 0);
  for (let page = 1; page < 512; page++) await pages.at('a', page * 64 * KiB);
  await pages.at('a', 0);
  expect(reads).toHaveLength(512);
  await pages.at('a', 512 * 64 * KiB);
  await pages.at('a', 0);
  expect(reads).toHaveLength(513);
  await pages.at('a', 64 * KiB);
  expect(reads).toHaveLength(514);
});
