import { Buffer } from 'node:buffer';
import { copyFile, mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatBytes, mapBounded, type Random } from '@holdfast/kit';
import { type DayReport, type Estate, type EstateDisk, type EstateFile, loadFiles, openEstate, placeOf, saveEstate, saveFiles } from './estate.ts';
import { type FileChanges, foldersOf } from './file-system.ts';
import { fileSystemMakers } from './file-system-makers.ts';

const editedFileBytesMax = 256 * 1024;
const pageBytes = 8192;
const largeFileBytes = 12 * 1024 * 1024;
const disksAtOnce = 2;

export interface DayOptions {
  readonly random: Random;
  readonly log?: (line: string) => void;
  /** How many small edits each disk gets, about; 150 when absent. */
  readonly edits?: number;
}

/**
 * A working day: files are edited, added and removed, logs grow, database pages change in place. Works on the images in `folder`
 * themselves, through the file systems' own tools; a killed day leaves them in between, so build the estate anew then.
 *
 * @throws `ESTATE_ABSENT`, `ESTATE_TOOL_FAILED`
 */
export async function nextDay(folder: string, options: DayOptions): Promise<{ estate: Estate; reports: DayReport[] }> {
  const estate = await openEstate(folder);
  const day = estate.day + 1;
  const contents = join(folder, `day${day}`);
  await mkdir(contents, { recursive: true });
  const disks = estate.vms.flatMap((vm) => vm.disks);
  // One after the other, so that the same randomness always plans the same day.
  const plans = await mapBounded(disks, 1, async (disk) => {
    const files = await loadFiles(folder, disk.name);
    return { disk, changes: await planChanges(files, { disk, day, contents, random: options.random, edits: options.edits ?? 150 }) };
  });
  const done = await mapBounded(plans, disksAtOnce, async ({ disk, changes }) => {
    await fileSystemMakers[disk.fileSystem.kind].change(placeOf(folder, disk), changes, disk.fileSystem);
    await saveFiles(folder, disk.name, changes.all);
    const report = reportOf(disk, changes);
    options.log?.(
      `${disk.name}: ${report.written} files written, ${report.removed} removed, ${report.patched} pages overwritten, ${formatBytes(report.bytes)} of new content`,
    );
    const bytes = changes.all.reduce((sum, file) => sum + file.size, 0);
    return { report, disk: { ...disk, files: changes.all.length, bytes } };
  });
  const changed = new Map(done.map(({ disk }) => [disk.name, disk]));
  const vms = estate.vms.map((vm) => ({ ...vm, disks: vm.disks.map((disk) => changed.get(disk.name)!) }));
  const next: Estate = { ...estate, day, vms, bytes: [...changed.values()].reduce((sum, disk) => sum + disk.bytes, 0) };
  await saveEstate(folder, next);
  return { estate: next, reports: done.map(({ report }) => report) };
}

interface DayPlan {
  readonly disk: EstateDisk;
  readonly day: number;
  readonly contents: string;
  readonly random: Random;
  readonly edits: number;
}

async function planChanges(files: readonly EstateFile[], plan: DayPlan): Promise<FileChanges> {
  const tables = files.filter((file) => file.target.startsWith('data/base/'));
  if (tables.length > 0) return await planPages(files, tables, plan);
  const { kind } = plan.disk.fileSystem;
  const short = files.filter((file) => file.size <= editedFileBytesMax);
  const large = short.length < plan.edits;
  const candidates = shuffled(large ? files : short, plan.random);
  // Large files are rewritten whole, so there are fewer of them. ntfscp can't remove any.
  const edits = large ? Math.ceil(plan.edits / 10) : plan.edits;
  const removed = new Set(kind === 'ntfs' ? [] : candidates.splice(0, Math.ceil(edits / 5)).map((file) => file.target));
  const folder = join(plan.contents, plan.disk.name);
  await mkdir(folder, { recursive: true });
  const replace: EstateFile[] = [];
  for (const [index, file] of candidates.splice(0, edits).entries()) {
    const source = join(folder, `${index}.${basename(file.target)}`);
    const content = Buffer.concat([await readFile(file.source), Buffer.from(`\nedited on day ${plan.day}, edit ${index}\n`)]);
    await writeFile(source, content);
    replace.push({ source, target: file.target, size: content.length });
  }
  const home = kind === 'ntfs' ? '' : `srv/day${plan.day}/`;
  const add = candidates.slice(0, Math.ceil(edits / 2)).map((file, index) => ({ ...file, target: `${home}${plan.day}-${index}-${basename(file.target)}` }));
  add.push(await growingLog(files, { ...plan, folder, target: `${home}access-${plan.day}.log` }));
  const fresh = new Map(replace.map((file) => [file.target, file]));
  const all = [...files.filter((file) => !removed.has(file.target)).map((file) => fresh.get(file.target) ?? file), ...add];
  const before = new Set(foldersOf(files));
  return { remove: [...removed], folders: foldersOf(add).filter((folder) => !before.has(folder)), add, replace, patch: [], all };
}

/** One large new file: lines of the machine's own texts, each with a stamp of its own, so that no block is like one that was there. */
async function growingLog(files: readonly EstateFile[], plan: DayPlan & { folder: string; target: string }): Promise<EstateFile> {
  const source = join(plan.folder, `log.${basename(plan.target)}`);
  await using log = await open(source, 'w');
  let size = 0;
  let line = 0;
  for (const file of files) {
    if (size >= largeFileBytes) break;
    const words = (await readFile(file.source)).toString('latin1', 0, editedFileBytesMax).split(/[^A-Za-z0-9_./-]+/);
    const lines: string[] = [];
    for (let at = 0; at < words.length; at += 12)
      lines.push(`day ${plan.day} ${String(line++).padStart(9, '0')} ${file.target} ${words.slice(at, at + 12).join(' ')}`);
    const text = `${lines.join('\n')}\n`;
    await log.writeFile(text, 'latin1');
    size += Buffer.byteLength(text, 'latin1');
  }
  return { source, target: plan.target, size: (await stat(source)).size };
}

/** A database's day: pages all over its tables change in place, and one table is added. */
async function planPages(files: readonly EstateFile[], tables: readonly EstateFile[], plan: DayPlan): Promise<FileChanges> {
  const patch: { file: EstateFile; offset: number; length: number }[] = [];
  for (let edit = 0; edit < plan.edits; edit++) {
    const file = tables[Math.floor(plan.random.fraction() * tables.length)]!;
    const offset = Math.floor((plan.random.fraction() * (file.size - pageBytes)) / pageBytes) * pageBytes;
    if (offset < 0 || patch.some((other) => other.file === file && other.offset === offset)) continue;
    await using table = await open(file.source, 'r+');
    const page = Buffer.alloc(pageBytes);
    await table.read(page, 0, pageBytes, offset);
    // A page gets a new header and some new rows; the rest stays.
    Buffer.from(plan.random.bytes(64)).copy(page, 0);
    Buffer.from(plan.random.bytes(400)).copy(page, 1000 + Math.floor(plan.random.fraction() * 6000));
    await table.write(page, 0, pageBytes, offset);
    patch.push({ file, offset, length: pageBytes });
  }
  const name = `base.${16384 + 1000 * plan.day}`;
  const source = join(plan.contents, name);
  await copyFile(tables[0]!.source, source);
  await using table = await open(source, 'r+');
  await table.truncate(Math.min(largeFileBytes, tables[0]!.size));
  await table.write(Buffer.from(plan.random.bytes(4096)), 0, 4096, 0);
  const add = [{ source, target: `data/base/${name}`, size: (await table.stat()).size }];
  return { remove: [], folders: [], add, replace: [], patch, all: [...files, ...add] };
}

function reportOf(disk: EstateDisk, changes: FileChanges): DayReport {
  const written = [...changes.replace, ...changes.add];
  const bytes = written.reduce((sum, file) => sum + file.size, 0) + changes.patch.reduce((sum, page) => sum + page.length, 0);
  return { disk: disk.name, written: written.length, removed: changes.remove.length, patched: changes.patch.length, bytes };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random.fraction() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
