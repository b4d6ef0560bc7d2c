import { readSync } from 'node:fs';
import { mayHold } from './filter.ts';
import type { SharedRun } from './open-run.ts';
import { idPrefixBytes, openPage, pageBytes, type RunRow, readRunRow, runRowBytes } from './run-layout.ts';

const page = Buffer.alloc(pageBytes);

/**
 * The row of this chunk that `accept` takes, if the run has one. Costs no read when the filter says no, and else one of 4 KiB.
 * A page that can't be read or isn't what was written answers as if it were empty, and the run is marked as damaged.
 */
export function findInRun(key: Uint8Array, run: SharedRun, id: Buffer, accept: (row: RunRow) => boolean): RunRow | undefined {
  if (run.pages === 0 || Atomics.load(run.damaged, 0) !== 0 || !mayHold(run.filter, id, 0)) return undefined;
  const prefix = id.readUInt32BE(0);
  // Ids that begin like this one may begin at the end of the page before the first whose fence isn't smaller.
  for (let number = Math.max(0, firstNotBelow(run, prefix) - 1); number < run.pages; number++) {
    if (run.fences[number]! > prefix) return undefined;
    const rows = readPage(key, run, number);
    if (rows === undefined) return undefined;
    for (let row = firstRowNotBelow(rows, prefix); row < rows; row++) {
      const at = row * runRowBytes;
      if (page.readUInt32BE(at) !== prefix) return undefined;
      if (page.compare(id, 4, idPrefixBytes, at + 4, at + idPrefixBytes) !== 0) continue;
      const found = readRunRow(page, at);
      if (accept(found)) return found;
    }
  }
  return undefined;
}

function readPage(key: Uint8Array, run: SharedRun, number: number): number | undefined {
  try {
    if (readSync(run.fd, page, 0, pageBytes, number * pageBytes) === pageBytes) {
      const rows = openPage(key, Buffer.from(run.runId), number, page);
      if (rows !== undefined) return rows;
    }
  } catch {
    // A disk that doesn't answer is one that holds nothing: the cache is rebuilt from the vault.
  }
  Atomics.store(run.damaged, 0, 1);
  return undefined;
}

function firstNotBelow({ fences, pages }: SharedRun, prefix: number): number {
  let low = 0;
  let high = pages;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fences[middle]! < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstRowNotBelow(rows: number, prefix: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (page.readUInt32BE(middle * runRowBytes) < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
