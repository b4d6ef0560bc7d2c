/**
 * `npm run bench:index -- [--chunks 50000000] [--scratch FOLDER]`
 *
 * The chunk index of a large vault on one mover: built, opened again, caught up with a hundredth more, and asked, each in a
 * process of its own whose memory is measured. Prints a Markdown table.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { MiB, systemClock, systemRandom } from '@holdfast/kit';
import { localStore, meteredStore } from '@holdfast/store';
import { findKnown } from '../../src/index/known-runs.ts';
import { type IndexView, LocalIndex } from '../../src/index/local-index.ts';
import { createVault, openVault, type ReadableDisk } from '../../src/index.ts';
import { insideOf } from '../../src/inside.ts';
import { whole } from '../vault-fixture.ts';
import { chunkIds, putMerged, putSegments } from './synthetic-index.ts';

const { values } = parseArgs({
  options: {
    chunks: { type: 'string', default: '50000000' },
    scratch: { type: 'string', default: process.env.HOLDFAST_BENCH_SCRATCH ?? join(tmpdir(), 'holdfast-bench-index') },
    phase: { type: 'string' },
  },
});
const chunks = Number(values.chunks);
const more = Math.floor(chunks / 100);
const moreSessions = 20;
const vaultFolder = join(values.scratch, 'vault');
const cacheFolder = join(values.scratch, 'cache');
const image = join(values.scratch, 'image');
const environment = { clock: systemClock, random: systemRandom, host: 'bench', version: 'bench' };
const passphrase = 'bench';
const lookups = 200_000;
const diskMiB = 1024;

type Figures = Record<string, number>;

const phases: Readonly<Record<string, () => Promise<Figures>>> = {
  generate: async () => {
    await createVault(localStore(vaultFolder, { create: true }), { passphrase, passphraseCost: { memoryKiB: 1024, passes: 1, parallelism: 1 } }, environment);
    const { store, keys } = await opened();
    await putMerged(store, keys, chunks);
    return {};
  },
  build: () => measured(async () => {}),
  reopen: () => measured(async () => {}),
  add: async () => {
    const { store, keys } = await opened();
    await putSegments(store, keys, Math.ceil(chunks / 400) * 400, more, moreSessions);
    return {};
  },
  'catch up': () => measured(async () => {}),
  ask: () => measured(ask),
  'make a disk': async () => {
    await using file = await open(image, 'w');
    for (let at = 0; at < diskMiB; at += 16) await file.write(randomBytes(16 * MiB));
    return {};
  },
  'back up': () => backUp(cacheFolder),
  'back up with two pack buffers': () => backUp(cacheFolder, 2),
  'back up without': () => backUp(undefined),
};

/** A whole mover, with this index and with none: a backup of a disk of which nothing is known. */
async function backUp(cache: string | undefined, packBuffers = 3): Promise<Figures> {
  const place = cache === undefined ? `${vaultFolder}-empty` : vaultFolder;
  if (cache === undefined) await createVault(localStore(place, { create: true }), { passphrase }, environment);
  const vault = await openVault(localStore(place), { passphrase }, environment, { cacheFolder: cache, packBuffers });
  await using file = await open(image);
  const source: ReadableDisk = {
    capacity: diskMiB * MiB,
    read: async (offset, into) => void (await file.read(into, 0, into.length, offset)),
  };
  const started = performance.now();
  const session = await vault.beginSession({ vmId: vault.vmId('bench', 'image'), expectedBytes: source.capacity });
  const begun = performance.now();
  await session.writeDisk({ source, extents: whole(source.capacity) });
  const figures = { 'seconds to begin': (begun - started) / 1000, 'MB/s': (diskMiB * MiB) / 1e3 / (performance.now() - begun), peakMiB: peakMiB() };
  await session.end();
  await vault.close();
  return figures;
}

async function bytesIn(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const cpuSecondsNow = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

function peakMiB(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

async function opened() {
  return insideOf(await openVault(localStore(vaultFolder), { passphrase }, environment));
}

/** What a session's start costs, and what is resident then and at most. */
async function measured(work: (view: IndexView) => Promise<Figures> | Promise<void>): Promise<Figures> {
  const { store, keys } = await opened();
  const metered = meteredStore(store);
  using index = new LocalIndex(cacheFolder, { store: metered, keys, environment });
  const started = performance.now();
  const cpuBefore = cpuSecondsNow();
  using view = await index.view({ absent: new Set() });
  const seconds = (performance.now() - started) / 1000;
  const cpuSeconds = cpuSecondsNow() - cpuBefore;
  const { requests, bytesDown } = metered.meter();
  const resident = view.runs.reduce((sum, { run, usable }) => sum + run.filter.length + run.fences.length * 4 + usable.length * 21, 0);
  const asked = await work(view);
  return {
    seconds,
    cpuSeconds,
    chunks: view.chunks,
    runs: view.runs.length,
    lists: requests.list,
    gets: requests.get,
    MiBDown: bytesDown / MiB,
    indexBytesPerChunk: resident / view.chunks,
    peakMiB: peakMiB(),
    diskBytesPerChunk: (await bytesIn(cacheFolder)) / view.chunks,
    ...asked,
  };
}

/** Chunks that are there, at random, and again when the system holds their pages; and chunks that aren’t. */
async function ask(view: IndexView): Promise<Figures> {
  const random = Buffer.alloc(lookups * 32);
  for (let n = 0; n < lookups; n++) chunkIds(Math.floor(systemRandom.fraction() * chunks), 1).copy(random, n * 32);
  const absent = randomBytes(lookups * 32);
  const rate = (ids: Buffer, expected: boolean) => {
    let wrong = 0;
    const started = cpuSecondsNow();
    for (let n = 0; n < lookups; n++) if ((findKnown(view, ids.subarray(n * 32, (n + 1) * 32)) !== undefined) !== expected) wrong++;
    return { perSecond: lookups / (cpuSecondsNow() - started), wrong };
  };
  const misses = rate(absent, false);
  const first = rate(random, true);
  const again = rate(random, true);
  return {
    'misses per CPU second': misses.perSecond,
    'hits per CPU second': first.perSecond,
    'hits again per CPU second': again.perSecond,
    lost: first.wrong,
    'found wrongly': misses.wrong,
  };
}

if (values.phase !== undefined) console.log(JSON.stringify(await phases[values.phase]!()));
else {
  await rm(values.scratch, { recursive: true, force: true });
  await mkdir(values.scratch, { recursive: true });
  console.log('| step | figures |\n| --- | --- |');
  for (const phase of Object.keys(phases)) {
    const started = performance.now();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [import.meta.filename, '--phase', phase, '--chunks', values.chunks, '--scratch', values.scratch],
      { maxBuffer: MiB },
    );
    const figures = Object.entries(JSON.parse(stdout) as Figures).map(
      ([name, value]) => `${name} ${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))}`,
    );
    console.log(`| ${phase} | ${figures.join(', ') || `${((performance.now() - started) / 1000).toFixed(0)} s`} |`);
  }
}
