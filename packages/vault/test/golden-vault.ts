import { createHash } from 'node:crypto';

/** The disk inside the stored vaults of `test/vaults`: made from nothing but this code. Day 2 changes one page and wipes another. */
export function goldenDisk(day: 1 | 2): Buffer {
  const bytes = Buffer.alloc(17 * 1024 * 1024 + 512);
  for (let block = 0; block < 96; block++)
    createHash('sha256')
      .update(`block ${block}`)
      .digest()
      .copy(bytes, block * 4096);
  for (let block = 0; block < 40; block++)
    createHash('sha512')
      .update(`far ${block}`)
      .digest()
      .copy(bytes, 16 * 1024 * 1024 + block * 1000);
  bytes.write('the very end', bytes.length - 12);
  if (day === 2) {
    bytes.write('changed on day 2', 50 * 4096);
    bytes.fill(0, 60 * 4096, 61 * 4096);
  }
  return bytes;
}

export const goldenPassphrase = 'golden vault';
