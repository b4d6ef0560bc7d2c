/** Delta files as ESXi makes them, for tests: written from the formats' descriptions, judged by qemu-img. */

/** What one layer says about one grain; grains it doesn't mention are the parent's. Grains in the order in which they were allocated. */
export interface EncodedGrain {
  readonly index: number;
  /** absent: unmapped or zero, which SESparse alone can say */
  readonly bytes?: Uint8Array;
  readonly kind?: 'unmapped' | 'zero';
}

export const cowdGrainBytes = 512;
export const sesparseGrainBytes = 4096;
const sector = 512;

/** Header, directory, then tables and grains mixed, each table in front of its first grain. */
export function encodeCowd(capacity: number, grains: readonly EncodedGrain[]): Buffer {
  const entries = Math.ceil(capacity / sector / 4096);
  const directory = Buffer.alloc(Math.ceil((entries * 4) / sector) * sector);
  const parts: Buffer[] = [];
  let next = 4 + directory.length / sector;
  const tables = new Map<number, Buffer>();
  for (const { index, bytes } of grains) {
    const number = Math.floor(index / 4096);
    let table = tables.get(number);
    if (table === undefined) {
      table = Buffer.alloc(4096 * 4);
      tables.set(number, table);
      parts.push(table);
      directory.writeUInt32LE(next, number * 4);
      next += table.length / sector;
    }
    table.writeUInt32LE(next, (index % 4096) * 4);
    parts.push(padded(bytes as Uint8Array, sector));
    next += 1;
  }
  const header = Buffer.alloc(4 * sector);
  header.write('COWD', 0, 'latin1');
  [1, 3, capacity / sector, 1, 4, entries, next].forEach((value, place) => {
    header.writeUInt32LE(value, 4 + place * 4);
  });
  return Buffer.concat([header, directory, ...parts]);
}

/** Headers, directory, all tables, then all grains. */
export function encodeSesparse(capacity: number, grains: readonly EncodedGrain[]): Buffer {
  const coverage = 4096 * sesparseGrainBytes;
  const directory = Buffer.alloc(Math.ceil((Math.ceil(capacity / coverage) * 8) / sector) * sector);
  const tables: Buffer[] = [];
  const numbers = new Map<number, number>();
  const data: Buffer[] = [];
  for (const { index, bytes, kind } of grains) {
    const place = Math.floor(index / 4096);
    let number = numbers.get(place);
    if (number === undefined) {
      number = tables.length;
      numbers.set(place, number);
      tables.push(Buffer.alloc(4096 * 8));
      directory.writeBigUInt64LE(0x1000_0000_0000_0000n | BigInt(number), place * 8);
    }
    let entry = kind === 'unmapped' ? 0x1000_0000_0000_0000n : 0x2000_0000_0000_0000n;
    if (bytes !== undefined) {
      const grain = BigInt(data.length);
      entry = 0x3000_0000_0000_0000n | ((grain & 0xfffn) << 48n) | (grain >> 12n);
      data.push(padded(bytes, sesparseGrainBytes));
    }
    (tables[number] as Buffer).writeBigUInt64LE(entry, (index % 4096) * 8);
  }
  const volatileHeader = Buffer.alloc(sector);
  volatileHeader.writeBigUInt64LE(0xcafecafen, 0);
  const directoryStart = 2;
  const tablesStart = directoryStart + directory.length / sector;
  const tablesSectors = Math.max(1, tables.length * 64);
  const grainsStart = tablesStart + tablesSectors;
  const header = Buffer.alloc(sector);
  const fields: Record<number, number> = {
    ...{ 0: 0xcafebabe, 1: 0x2_0000_0001, 2: capacity / sector, 3: 8, 4: 64 },
    // second header, journal header and journal (empty ones, which nobody reads)
    ...{ 10: 1, 11: 1, 12: 1, 13: 2, 14: 1, 15: 2048 },
    ...{ 16: directoryStart, 17: directory.length / sector, 18: tablesStart, 19: tablesSectors },
    ...{ 20: 1, 21: 1, 22: 1, 23: 1, 24: grainsStart, 25: data.length * 8 },
  };
  for (const [place, value] of Object.entries(fields)) header.writeBigUInt64LE(BigInt(value), Number(place) * 8);
  const filler = Buffer.alloc(tablesSectors * sector - tables.length * 64 * sector);
  return Buffer.concat([header, volatileHeader, directory, ...tables, filler, ...data]);
}

function padded(bytes: Uint8Array, length: number): Buffer {
  const grain = Buffer.alloc(length);
  grain.set(bytes);
  return grain;
}
