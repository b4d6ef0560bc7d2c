import { pageBytes } from '../format.ts';

const pageWords = pageBytes / 4;
const zeroPage = Buffer.alloc(pageBytes);

/** Most pages aren't zero, and most of those show it in the first words: only doubtful ones are compared whole. */
export function isZeroPage(words: Uint32Array, page: number): boolean {
  const base = page * pageWords;
  if ((words[base]! | words[base + 1]! | words[base + 257]! | words[base + 514]! | words[base + 771]! | words[base + 1023]!) !== 0) return false;
  return zeroPage.equals(new Uint8Array(words.buffer, words.byteOffset + base * 4, pageBytes));
}
