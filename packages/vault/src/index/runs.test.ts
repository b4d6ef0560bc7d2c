import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@holdfast/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findKnown, type KnownRun } from './known-runs.ts';
import { mergeRuns } from './merge-runs.ts';
import type { OpenRun } from './open-run.ts';
import { RowBatch } from './row-batch.ts';
import { RunFolder } from './run-folder.ts';
import { pageBytes } from './run-layout.ts';

const key = randomBytes(32);

async function scratchFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-index-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const newId = () => randomBytes(16);

interface Row {
  readonly id: Buffer;
  readonly pack: number;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
}

/** Few prefixes, so that ids meet in 32 bits and beyond; a handful meet wholly. */
const id = fc.tuple(fc.nat(5), fc.nat(3), fc.nat(200)).map(([prefix, middle, end]) => {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(prefix * 0x3000_0001, 0);
  bytes[5] = middle;
  bytes[15] = end;
  return bytes;
});
const row = fc.record({ id, pack: fc.nat(3), slot: fc.nat(65_534), offset: fc.nat(0xffff_ffff), length: fc.nat(0xffff_ffff) });
const sources = fc.array(fc.array(row, { maxLength: 400 }), { minLength: 1, maxLength: 6 });

const packIds = (source: number) => Array.from({ length: 4 }, (_, pack) => `${source}${pack}`.padStart(32, '0'));

function batchOf(rows: readonly Row[], source: number): RowBatch {
  const batch = new RowBatch();
  batch.add({ key: `index/${source}`, sessionId: '', replaces: [], packs: packIds(source), rowCount: rows.length, rows: () => rows });
  return batch;
}

async function folderOf(path: string, given: readonly (readonly Row[])[]): Promise<RunFolder> {
  const folder = new RunFolder(path, key, systemClock);
  await folder.look();
  for (const [source, rows] of given.entries()) await batchOf(rows, source).write(path, key, newId());
  await folder.look();
  return folder;
}

const packOf = (run: OpenRun, pack: number) => run.packs.toString('hex', pack * 20, pack * 20 + 16);

/** Looks up as a thread does; `usable` by pack id. */
function finder(folder: RunFolder, usable: (pack: string) => boolean) {
  const open = folder.runs;
  const runs = open.map(
    (run): KnownRun => ({ run: run.shared, base: 0, usable: Uint8Array.from({ length: run.packs.length / 20 }, (_, pack) => +usable(packOf(run, pack))) }),
  );
  return (wanted: Buffer) => {
    for (const [index, run] of runs.entries()) {
      const found = findKnown({ key, runs: [run] }, wanted);
      if (found !== undefined) return { ...found, pack: packOf(open[index]!, found.ordinal) };
    }
    return undefined;
  };
}

/** What may be answered for an id: every row that was put in, as text. */
function places(given: readonly (readonly Row[])[], usable: (pack: string) => boolean): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [source, rows] of given.entries()) {
    for (const { id, pack, slot, offset, length } of rows) {
      const name = packIds(source)[pack]!;
      const of = found.get(id.toString('hex')) ?? new Set();
      if (usable(name)) of.add([name, slot, offset, length].join());
      found.set(id.toString('hex'), of);
    }
  }
  return found;
}

function expectAgreement(folder: RunFolder, given: readonly (readonly Row[])[], usable: (pack: string) => boolean): void {
  const find = finder(folder, usable);
  for (const [wanted, allowed] of places(given, usable)) {
    const found = find(Buffer.from(wanted, 'hex'));
    if (allowed.size === 0) expect(found).toBeUndefined();
    else expect(allowed).toContain([found?.pack, found?.slot, found?.offset, found?.length].join());
  }
  for (let n = 0; n < 50; n++) expect(find(randomBytes(32))).toBeUndefined();
}

test('runs, and what is merged of them, answer as a map does; packs that may not be used are passed over', async () => {
  await using scratch = await scratchFolder();
  let number = 0;
  await fc.assert(
    fc.asyncProperty(sources, fc.nat(3), async (given, barred) => {
      const usable = (pack: string) => !pack.endsWith(`${barred}`);
      using folder = await folderOf(join(scratch.path, `${number++}`), given);
      expectAgreement(folder, given, usable);
      const before = folder.runs;
      const keeps = ({ key: source }: { key: string }) => source !== 'index/1';
      await mergeRuns(before, { folder: folder.path, key, runId: newId(), keeps });
      await folder.remove(before);
      await folder.look();
      expect(folder.runs).toHaveLength(1);
      const kept = given.map((rows, source) => (source === 1 ? [] : rows));
      expectAgreement(folder, kept, usable);
      const left = new Set(kept.flatMap((rows) => rows.map((one) => one.id.toString('hex'))));
      const find = finder(folder, () => true);
      for (const one of given[1] ?? []) if (!left.has(one.id.toString('hex'))) expect(find(one.id)).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});

const randomRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, slot) => ({ id: randomBytes(32), pack: slot % 4, slot, offset: slot * 100, length: 100 }));

test('a filter lets through few chunks that aren’t there, and all that are', async () => {
  await using scratch = await scratchFolder();
  const rows = randomRows(20_000);
  using folder = await folderOf(join(scratch.path, 'a'), [rows]);
  const { mayHold } = await import('./filter.ts');
  const { filter } = folder.runs[0]!.shared;
  expect(rows.every((one) => mayHold(filter, one.id, 0))).toBe(true);
  const passed = Array.from({ length: 20_000 }, () => randomBytes(32)).filter((one) => mayHold(filter, one, 0)).length;
  expect(passed).toBeLessThan(20_000 * 0.05);
});

test('a file cut short anywhere, or with any part of its end altered, is never opened, and removed by the next change', async () => {
  await using scratch = await scratchFolder();
  const path = join(scratch.path, 'a');
  using made = await folderOf(path, [randomRows(300)]);
  const name = made.runs[0]!.name;
  const whole = await readFile(join(path, name));
  const tailAt = 3 * pageBytes;
  const damages: (() => Promise<void>)[] = [];
  for (let length = 0; length < whole.length; length += 61) damages.push(() => truncate(join(path, name), length));
  for (let at = tailAt; at < whole.length; at += 7) {
    const altered = Buffer.from(whole);
    altered[at]! ^= 1 << (at & 7);
    damages.push(() => writeFile(join(path, name), altered));
  }
  for (const damage of damages) {
    await writeFile(join(path, name), whole);
    await damage();
    using folder = new RunFolder(path, key, systemClock);
    await folder.look();
    expect(folder.runs).toHaveLength(0);
    expect(folder.damaged).toBe(1);
  }
  using folder = new RunFolder(path, key, systemClock);
  await folder.change(async () => {});
  expect(await readdir(path)).toEqual([]);
});

test('a page with a flipped bit answers nothing, and its run goes; the same run under another vault’s key isn’t opened', async () => {
  await using scratch = await scratchFolder();
  const path = join(scratch.path, 'a');
  const rows = randomRows(300);
  using made = await folderOf(path, [rows]);
  const file = join(path, made.runs[0]!.name);
  const whole = await readFile(file);
  for (let at = 0; at < 3 * pageBytes; at += 97) {
    const altered = Buffer.from(whole);
    altered[at]! ^= 1 << (at & 7);
    await writeFile(file, altered);
    using folder = new RunFolder(path, key, systemClock);
    await folder.look();
    const find = finder(folder, () => true);
    for (const one of rows) {
      const found = find(one.id);
      if (found !== undefined) expect([found.slot, found.offset, found.length]).toEqual([one.slot, one.offset, one.length]);
    }
    await folder.look();
    expect([folder.runs.length, folder.damaged]).toEqual([0, 1]);
  }
  await writeFile(file, whole);
  using repaired = new RunFolder(path, key, systemClock);
  await repaired.look();
  expect(repaired.runs).toHaveLength(1);
  using foreign = new RunFolder(path, randomBytes(32), systemClock);
  await foreign.look();
  expect(foreign.runs).toHaveLength(0);
});
