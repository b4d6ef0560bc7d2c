/**
 * `npm run bench:index -- [--chunks 50000000] [--scratch FOLDER]`
 *
 * The chunk index of a large vault on one mover: built, opened again, caught up with a hundredth more, and asked, each in a
 * process of its own whose memory is measured. Prints a Markdown table.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { MiB, systemClock, systemRandom } from '@holdfast/kit';
import { localStore, meteredStore } from '@holdfast/store';
import { createVault, openVault } from '@holdfast/vault';
import { findKnown } from '../packages/vault/src/index/known-runs.ts';
import { type IndexView, LocalIndex } from '../packages/vault/src/index/local-index.ts';
import { insideOf } from '../packages/vault/src/inside.ts';
import { chunkIds, putMerged, putSegments } from './index-vault.ts';
import { bytesIn } from './measure.ts';

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
const environment = { clock: systemClock, random: systemRandom, host: 'bench', version: 'bench' };
const passphrase = 'bench';
const lookups = 200_000;

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
};

async function opened() {
  return insideOf(await openVault(localStore(vaultFolder), { passphrase }, environment));
}

/** What a session's start costs, and what is resident then and at most. */
async function measured(work: (view: IndexView) => Promise<Figures> | Promise<void>): Promise<Figures> {
  const { store, keys } = await opened();
  const metered = meteredStore(store);
  using index = new LocalIndex(cacheFolder, { store: metered, keys, environment });
  const started = performance.now();
  using view = await index.view({ absent: new Set() });
  const seconds = (performance.now() - started) / 1000;
  const { requests, bytesDown } = metered.meter();
  const resident = view.runs.reduce((sum, { run, usable }) => sum + run.filter.length + run.fences.length * 4 + usable.length * 21, 0);
  const asked = await work(view);
  return {
    seconds,
    chunks: view.chunks,
    runs: view.runs.length,
    lists: requests.list,
    gets: requests.get,
    MiBDown: bytesDown / MiB,
    indexBytesPerChunk: resident / view.chunks,
    peakMiB: Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024,
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
    const started = performance.now();
    for (let n = 0; n < lookups; n++) if ((findKnown(view, ids.subarray(n * 32, (n + 1) * 32)) !== undefined) !== expected) wrong++;
    return { perSecond: (lookups / (performance.now() - started)) * 1000, wrong };
  };
  const misses = rate(absent, false);
  const first = rate(random, true);
  const again = rate(random, true);
  return {
    missesPerSecond: misses.perSecond,
    'hits first': first.perSecond,
    'hits again': again.perSecond,
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
