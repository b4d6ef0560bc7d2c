import { vaultErrors } from '../errors.ts';
import { idBytes } from '../format.ts';
import type { PackKind } from '../pack/layout.ts';
import type { LockDay } from './lock-days.ts';

/** One pack and until when it is locked. */
export interface LedgerRow {
  /** 32 hex digits */
  readonly pack: string;
  readonly kind: PackKind;
  readonly size: number;
  readonly day: LockDay;
  /** until when it was locked before; 0 where it wasn't, or nobody knew */
  readonly before: LockDay;
}

export const ledgerRowBytes = 24;
/** 192 MB. What a larger vault has beyond is left out, which costs a call for each such pack and generation. */
const ledgerRowsMax = 8_000_000;
const metaBit = 0x8000_0000;

/** Rows as they stand in a lock record: ascending by pack, each pack once. */
export function encodeRows(rows: readonly LedgerRow[]): Buffer {
  const sorted = [...rows].sort((a, b) => (a.pack < b.pack ? -1 : 1));
  const bytes = Buffer.alloc(sorted.length * ledgerRowBytes);
  sorted.forEach((row, index) => {
    const at = index * ledgerRowBytes;
    bytes.write(row.pack, at, 'hex');
    bytes.writeUInt32LE((row.size | (row.kind === 'meta' ? metaBit : 0)) >>> 0, at + 16);
    bytes.writeUInt16LE(row.day, at + 20);
    bytes.writeUInt16LE(row.before, at + 22);
  });
  return bytes;
}

/** @throws `OBJECT_DAMAGED` when it isn't laid out as the format says */
export function checkRows(bytes: Buffer): void {
  const wrong = () => vaultErrors.create('OBJECT_DAMAGED', 'A lock record isn’t laid out as format 1 says.');
  if (bytes.length % ledgerRowBytes !== 0) throw wrong();
  for (let at = ledgerRowBytes; at < bytes.length; at += ledgerRowBytes)
    if (bytes.compare(bytes, at, at + idBytes, at - ledgerRowBytes, at - ledgerRowBytes + idBytes) >= 0) throw wrong();
}

export function* rowsOf(bytes: Buffer): Generator<LedgerRow> {
  for (let at = 0; at < bytes.length; at += ledgerRowBytes) yield readRow(bytes, at);
}

export const rowAt = (rows: Buffer, index: number): LedgerRow => readRow(rows, index * ledgerRowBytes);

function readRow(bytes: Buffer, at: number): LedgerRow {
  const size = bytes.readUInt32LE(at + 16);
  return {
    pack: bytes.toString('hex', at, at + idBytes),
    kind: (size & metaBit) === 0 ? 'data' : 'meta',
    size: (size & ~metaBit) >>> 0,
    day: bytes.readUInt16LE(at + 20),
    before: bytes.readUInt16LE(at + 22),
  };
}

/** Of two records one: of a pack in both, the later lock. Rows of locks that have ended are left out. */
export function mergeRows(a: Buffer, b: Buffer, today: LockDay): Buffer {
  const merged = Buffer.allocUnsafe(Math.min(a.length + b.length, ledgerRowsMax * ledgerRowBytes));
  let end = 0;
  for (let i = 0, j = 0; (i < a.length || j < b.length) && end < merged.length; ) {
    const order = i >= a.length ? 1 : j >= b.length ? -1 : a.compare(b, j, j + idBytes, i, i + idBytes);
    const [from, at] = order < 0 || (order === 0 && a.readUInt16LE(i + 20) >= b.readUInt16LE(j + 20)) ? [a, i] : [b, j];
    if (order <= 0) i += ledgerRowBytes;
    if (order >= 0) j += ledgerRowBytes;
    if (from.readUInt16LE(at + 20) <= today) continue;
    from.copy(merged, end, at, at + ledgerRowBytes);
    end += ledgerRowBytes;
  }
  return merged.subarray(0, end);
}

/** What is known of a pack. */
export function rowOfPack(rows: Buffer, pack: string): LedgerRow | undefined {
  const id = Buffer.from(pack, 'hex');
  for (let low = 0, high = rows.length / ledgerRowBytes; low < high; ) {
    const middle = (low + high) >>> 1;
    const at = middle * ledgerRowBytes;
    const order = rows.compare(id, 0, idBytes, at, at + idBytes);
    if (order === 0) return readRow(rows, at);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}
