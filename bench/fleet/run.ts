/**
 * `npm run bench:fleet -- FLEET [--scratch FOLDER] [--days N] [--only NAME,NAME]`
 *
 * Puts the VMs of a fleet folder (see fleet.ts) away day by day with each program, each into a repository of its own, and prints
 * Markdown tables of what was new, of CPU time, and of requests.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@holdfast/kit';
import { versionOf } from '../contenders.ts';
import { bytesIn, measure } from '../measure.ts';
import { type FleetContender, fleetContenders, type Home, notRun } from './contenders.ts';
import { advance, changesOf, expectedHash, type FleetVm, hashOf, readFleet } from './fleet.ts';
import { dayTable, type FleetRow, fleetTable } from './table.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    scratch: { type: 'string', default: process.env.HOLDFAST_BENCH_SCRATCH ?? join(tmpdir(), 'holdfast-fleet-bench') },
    days: { type: 'string' },
    only: { type: 'string' },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name a fleet folder');
const fleet = await readFleet(folder);
const days = Math.min(Number(values.days ?? Number.POSITIVE_INFINITY), ...fleet.map((vm) => vm.days));
const wanted = values.only?.split(',');
const scratch = values.scratch;

const rows: (FleetRow & { readonly contender: FleetContender; readonly home: Home })[] = [];
const absent = [...notRun];
for (const contender of fleetContenders) {
  if (wanted !== undefined && !wanted.some((name) => contender.name.startsWith(name))) continue;
  const version = await versionOf(contender.version);
  if (version === undefined) {
    absent.push(contender.name);
    continue;
  }
  const home = { target: join(scratch, String(rows.length), 'target'), home: join(scratch, String(rows.length), 'home') };
  await mkdir(home.target, { recursive: true });
  await mkdir(home.home, { recursive: true });
  for (const command of contender.prepare(home)) await measure(command);
  rows.push({ contender, home, name: contender.name, version, turns: [] });
}

let protectedBytes = 0;
const changed = new Map<string, number[]>();
try {
  for (let day = 0; day <= days; day++) {
    for (const vm of fleet) {
      const image = join(scratch, `${vm.name}.raw`);
      await advance(folder, vm, day, image);
      const { sha256, nonZero } = await hashOf(image);
      if (sha256 !== (await expectedHash(folder, vm, day))) throw new Error(`${vm.name} isn’t what it was on day ${day}`);
      protectedBytes += nonZero;
      const extents = await writeExtents(vm, day);
      for (const row of rows) await turn(row, vm, day, image, extents);
    }
  }
  for (const { contender, home } of rows) if (contender.verify !== undefined) await verify(contender, home);
  const total = fleet.reduce((sum, { size }) => sum + size, 0);
  console.log(
    `Fleet: ${fleet.map(({ name, size }) => `${name} (${formatBytes(size)})`).join(', ')}; ${formatBytes(total)} of disks, ${days + 1} days, ${fleet.length * (days + 1)} points. What isn’t zero in all points together: ${formatBytes(protectedBytes)}.`,
  );
  console.log(`Machine: ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${formatBytes(totalmem())} of memory. Repositories on the local disk.\n`);
  console.log(`${fleetTable(rows, fleet, protectedBytes)}\n\nNew MiB a day (mean of days 1 to ${days}), by VM:\n\n${dayTable(rows, fleet, changed)}`);
  if (absent.length > 0) console.log(`\nNot on this machine, not run: ${absent.join(', ')}.`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function writeExtents(vm: FleetVm, day: number): Promise<string | undefined> {
  if (day === 0) return undefined;
  const extents = await changesOf(folder!, vm, day);
  changed.set(vm.name, [...(changed.get(vm.name) ?? []), extents.reduce((sum, { length }) => sum + length, 0)]);
  const file = join(scratch, 'extents.json');
  await writeFile(file, JSON.stringify(extents));
  return file;
}

async function turn(row: (typeof rows)[number], vm: FleetVm, day: number, image: string, extents: string | undefined): Promise<void> {
  const { contender, home } = row;
  const before = { bytes: await bytesIn(home.target), objects: await filesIn(home.target) };
  const { cpuSeconds, said } = await measure(contender.backup(home, { vm: vm.name, day, image, ...(extents === undefined ? {} : { extents }) }));
  const newBytes = (await bytesIn(home.target)) - before.bytes;
  const requests = /"requests":(\{[^}]*\})/.exec(said)?.[1];
  row.turns.push({
    vm: vm.name,
    day,
    newBytes,
    objects: (await filesIn(home.target)) - before.objects,
    cpuSeconds,
    ...(requests === undefined ? {} : { requests: Object.values(JSON.parse(requests) as Record<string, number>).reduce((sum, count) => sum + count, 0) }),
  });
  console.error(`day ${day} ${vm.name.padEnd(6)} ${contender.name.padEnd(26)} ${formatBytes(newBytes).padStart(10)} ${cpuSeconds.toFixed(1)} CPU s`);
}

async function filesIn(target: string): Promise<number> {
  return (await readdir(target, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
}

async function verify(contender: FleetContender, home: Home): Promise<void> {
  const { said } = await measure(contender.verify!(home));
  for (const vm of fleet)
    if (!said.includes(`${vm.name} ${await expectedHash(folder!, vm, days)}`)) throw new Error(`${contender.name} restores something else than ${vm.name}`);
}
