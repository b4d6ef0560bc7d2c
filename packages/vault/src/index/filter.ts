/**
 * Tells in memory that a run can't hold a chunk: a Bloom filter in blocks of 512 bits, so that a question touches one cache line.
 * 8 bits a chunk, 6 of them set: about 3 % of absent chunks are looked for on disk all the same, and none that is there is missed.
 *
 * Chunk ids are keyed hashes, so their bytes serve as they are: the first four choose the block, which makes filters of
 * sorted rows be written from front to back; bytes 8 to 15 choose the bits.
 */
const blockBytes = 64;
const bitsPerRow = 8;

export function filterBytesFor(rows: number): number {
  return Math.max(1, Math.ceil((rows * bitsPerRow) / (blockBytes * 8))) * blockBytes;
}

function blockOf(filter: Uint8Array, id: Buffer, at: number): number {
  return Math.floor((id.readUInt32BE(at) / 0x1_0000_0000) * (filter.length / blockBytes)) * blockBytes;
}

export function addToFilter(filter: Uint8Array, id: Buffer, at: number): void {
  const block = blockOf(filter, id, at);
  const low = id.readUInt32LE(at + 8);
  const high = id.readUInt32LE(at + 12);
  for (let shift = 0; shift < 27; shift += 9) {
    const a = (low >>> shift) & 511;
    const b = (high >>> shift) & 511;
    filter[block + (a >> 3)]! |= 1 << (a & 7);
    filter[block + (b >> 3)]! |= 1 << (b & 7);
  }
}

export function mayHold(filter: Uint8Array, id: Buffer, at: number): boolean {
  const block = blockOf(filter, id, at);
  const low = id.readUInt32LE(at + 8);
  const high = id.readUInt32LE(at + 12);
  for (let shift = 0; shift < 27; shift += 9) {
    const a = (low >>> shift) & 511;
    const b = (high >>> shift) & 511;
    if ((filter[block + (a >> 3)]! & (1 << (a & 7))) === 0 || (filter[block + (b >> 3)]! & (1 << (b & 7))) === 0) return false;
  }
  return true;
}
