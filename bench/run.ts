/**
 * `npm run bench -- [--size 4GiB] [--rounds 3] [--scratch FOLDER] [--only NAME,NAME]`
 *
 * Puts one disk image away with each program in turn, several rounds interleaved so that a busy or slow moment meets all of them,
 * each round into a fresh repository in the same folder. Prints a Markdown table of medians.
 */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { formatBytes, parseBytes } from '@holdfast/kit';
import { type Contender, contenders, emptyPlace, versionOf } from './contenders.ts';
import { buildImage } from './image.ts';
import { bytesIn, type Measurement, measure } from './measure.ts';
import { type Round, type Row, table } from './table.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '4GiB' },
    rounds: { type: 'string', default: '3' },
    scratch: { type: 'string', default: process.env.HOLDFAST_BENCH_SCRATCH ?? join(tmpdir(), 'holdfast-bench') },
    only: { type: 'string' },
  },
});
const imageBytesAsked = parseBytes(values.size);
if (imageBytesAsked === undefined) throw new Error(`--size ${values.size} is not a size`);
const roundCount = Number(values.rounds);
const scratch = values.scratch;
const wanted = values.only?.split(',');

const present: { contender: Contender; version: string; rounds: Round[] }[] = [];
const absent: string[] = [];
for (const contender of contenders) {
  if (wanted !== undefined && contender !== contenders[0] && !wanted.includes(contender.name)) continue;
  const version = await versionOf(contender.version);
  if (version === undefined) absent.push(contender.name);
  else present.push({ contender, version, rounds: [] });
}

await mkdir(scratch, { recursive: true });
const image = await buildImage(scratch, imageBytesAsked);
const { blocks, size: imageBytes } = await stat(image);

for (let round = 1; round <= roundCount; round++) {
  for (const { contender, rounds } of present) {
    const result = await once(contender, round === roundCount);
    rounds.push(result);
    console.error(
      `round ${round}  ${contender.name.padEnd(12)} ${result.cpuSeconds.toFixed(1)} CPU s, ${result.wallSeconds.toFixed(1)} s, ${formatBytes(result.storedBytes)}`,
    );
  }
}

const rows: Row[] = present.map(({ contender, version, rounds }) => ({ name: contender.name, does: contender.does, version, rounds }));
console.log(
  `Image: ext4 of ${formatBytes(imageBytes)}, ${formatBytes(blocks * 512)} of it in use, made of the machine's own files. ${roundCount} interleaved rounds, medians.`,
);
console.log(
  `Machine: ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${formatBytes(totalmem())} of memory. Image in the page cache, repositories on the local disk.\n`,
);
console.log(table(rows, imageBytes));
if (absent.length > 0) console.log(`\nNot on this machine, not run: ${absent.join(', ')}.`);

async function once(contender: Contender, last: boolean): Promise<Round> {
  const place = await emptyPlace(scratch, image);
  try {
    for (const command of contender.prepare(place)) await measure(command);
    const before = await bytesIn(place.target);
    await settle();
    const measured: Measurement = await measure(contender.backup(place));
    const storedBytes = (await bytesIn(place.target)) - before;
    if (last && contender.verify !== undefined) await measure(contender.verify(place));
    return { ...measured, storedBytes };
  } finally {
    await rm(place.target, { recursive: true, force: true });
    await rm(place.home, { recursive: true, force: true });
  }
}

/** Everybody starts alike: nothing waits to be written, and the image is in memory. */
async function settle(): Promise<void> {
  await promisify(execFile)('sync');
  for await (const _ of createReadStream(image, { highWaterMark: 4 << 20 }));
}
