import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, mapBounded, type Random } from '@holdfast/kit';
import { type Estate, type EstateDisk, type EstateFile, type FileSystemKind, saveEstate, saveFiles } from './estate.ts';
import { type DiskPlan, fatFiles, flatFiles, planEstate } from './estate-plan.ts';
import { fileSystemMakers } from './file-system-makers.ts';
import { hasTools } from './machine-tools.ts';
import { partitionOf, writeGpt, writeMbr } from './partition-table.ts';
import { collectFiles, sourceRoots } from './source-files.ts';

const tableBytes = 32 * 1024 * 1024;
const smallBlockBytes = 1024;
const overshootBytesMax = 1024 * 1024;
const flatFileBytesMin = 256 * 1024;
/** Two processors are the least that anybody has. */
const disksAtOnce = 2;

export interface BuildOptions {
  readonly random: Random;
  /** One line for each thing that was done. */
  readonly log?: (line: string) => void;
  /** 1: at least 1 GiB of files; less for tests. */
  readonly scale?: number;
  /** Kinds that may be made besides ext4; all that this machine has tools for when absent. */
  readonly kinds?: readonly FileSystemKind[];
  /** Where files are taken from; this machine's programs when absent. */
  readonly roots?: readonly string[];
}

/**
 * Makes raw disk images of three VMs in `folder`, with file systems of several kinds, full of this machine's own files.
 * Needs no root. A killed build leaves a folder without `estate.json`: build again, in an empty one.
 *
 * @throws `ESTATE_TOOL_ABSENT` without e2fsprogs, `ESTATE_TOOL_FAILED`, `ESTATE_FILES_ABSENT`
 */
export async function buildEstate(folder: string, options: BuildOptions): Promise<Estate> {
  const log = options.log ?? (() => undefined);
  await mkdir(folder, { recursive: true });
  const { vms, remarks } = planEstate(options.scale ?? 1, (kind) => hasTools(...fileSystemMakers[kind].tools) && (options.kinds?.includes(kind) ?? true));
  for (const remark of remarks) log(remark);
  const plans = vms.flatMap((vm) => vm.disks);
  const shares = shareFiles(
    await collectFiles(
      options.roots ?? sourceRoots(),
      plans.reduce((sum, plan) => sum + plan.bytes, 0),
    ),
    plans,
  );
  const ids = plans.map(() => options.random.bytes(48));
  const disks = await mapBounded(plans, disksAtOnce, async (plan, index) => {
    const disk = await buildDisk(folder, plan, { files: shares[index]!, ids: ids[index]! });
    log(`${disk.name}: ${disk.fileSystem.kind}, ${disk.files} files, ${formatBytes(disk.bytes)}`);
    return disk;
  });
  const estate: Estate = {
    version: 1,
    day: 1,
    vms: vms.map((vm) => ({ name: vm.name, guestId: vm.guestId, disks: disks.filter((disk) => vm.disks.some((plan) => plan.name === disk.name)) })),
    remarks,
    bytes: disks.reduce((sum, disk) => sum + disk.bytes, 0),
  };
  await saveEstate(folder, estate);
  return estate;
}

/** Every file goes to one disk: larger ones first to where files lie flat, then each disk in turn until it has its share. */
function shareFiles(files: readonly EstateFile[], plans: readonly DiskPlan[]): EstateFile[][] {
  const left = new Set(files);
  const take = (plan: DiskPlan, suits: (file: EstateFile) => boolean): EstateFile[] => {
    const taken: EstateFile[] = [];
    let bytes = 0;
    for (const file of left) {
      if (bytes >= plan.bytes) break;
      // One that is much too large would leave nothing for the disks behind.
      if (!suits(file) || bytes + file.size > plan.bytes + overshootBytesMax) continue;
      left.delete(file);
      taken.push(file);
      bytes += file.size;
    }
    return taken;
  };
  const flat = new Map(plans.filter((plan) => plan.content === 'flat').map((plan) => [plan, take(plan, (file) => file.size >= flatFileBytesMin)]));
  return plans.map((plan) => flat.get(plan) ?? take(plan, () => true));
}

async function buildDisk(folder: string, plan: DiskPlan, from: { files: readonly EstateFile[]; ids: Uint8Array }): Promise<EstateDisk> {
  const image = `${plan.name}.raw`;
  const path = join(folder, image);
  {
    await using file = await open(path, 'wx');
    await file.truncate(plan.capacity);
  }
  if (plan.partitionTable === 'mbr') await writeMbr(path, plan.capacity, from.ids);
  if (plan.partitionTable === 'gpt') await writeGpt(path, plan.capacity, from.ids);
  const { offset, length } = plan.partitionTable === 'none' ? { offset: 0, length: plan.capacity } : partitionOf(plan.capacity);
  const uuid = uuidOf(from.ids.subarray(32));
  const files = await arrange(folder, plan, from.files);
  await fileSystemMakers[plan.kind].make({ image: path, offset, length }, files, { uuid, variant: plan.variant });
  await saveFiles(folder, plan.name, files);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const fileSystem = { kind: plan.kind, offset, length, variant: plan.variant, uuid };
  return { name: plan.name, image, capacity: plan.capacity, partitionTable: plan.partitionTable, fileSystem, files: files.length, bytes };
}

async function arrange(folder: string, plan: DiskPlan, files: readonly EstateFile[]): Promise<readonly EstateFile[]> {
  if (plan.content === 'flat') return flatFiles(files);
  if (plan.kind === 'fat32') return fatFiles(files);
  return plan.content === 'tables' ? await joinIntoTables(folder, plan, files) : files;
}

/** A database's files: few, large, of one size. */
async function joinIntoTables(folder: string, plan: DiskPlan, files: readonly EstateFile[]): Promise<EstateFile[]> {
  const place = join(folder, `${plan.name}.tables`);
  await mkdir(place, { recursive: true });
  const tables: EstateFile[] = [];
  const queue = [...files];
  while (queue.length > 0) {
    const name = `base.${16384 + tables.length}`;
    const source = join(place, name);
    const table = createWriteStream(source);
    let size = 0;
    while (size < tableBytes && queue.length > 0) {
      for await (const part of createReadStream(queue.shift()!.source, { highWaterMark: 1024 * 1024 })) {
        const bytes = part as Buffer;
        markBlocks(bytes, size);
        size += bytes.length;
        if (!table.write(bytes)) await once(table, 'drain');
      }
    }
    table.end();
    await once(table, 'close');
    tables.push({ source, target: `data/base/${name}`, size });
  }
  return tables;
}

/** No block of a database's file is all zeros, so that none becomes a hole in the image: a page is overwritten where it lies. */
function markBlocks(bytes: Buffer, offset: number): void {
  for (let at = (smallBlockBytes - (offset % smallBlockBytes)) % smallBlockBytes; at < bytes.length; at += smallBlockBytes) bytes[at] ||= 1;
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
