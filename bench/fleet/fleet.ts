import { createHash } from 'node:crypto';
import { copyFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '@holdfast/kit';

/** One VM of a fleet folder: `<name>/day00.raw`, and for each later day what changed, as changed block tracking would tell. */
export interface FleetVm {
  readonly name: string;
  readonly kind: string;
  /** bytes of its disk */
  readonly size: number;
  /** days after day 0 */
  readonly days: number;
}

export interface Extent {
  readonly offset: number;
  readonly length: number;
}

const dayName = (day: number) => `day${String(day).padStart(2, '0')}`;

/**
 * A fleet folder: `fleet.json` lists the VMs; in each VM's folder `day00.raw` is its first day, `dayNN.extents.json` holds
 * `[[offset, length], …]` of what changed on day N, `dayNN.delta` the bytes of these one behind the other, and `dayNN.sha256`
 * the hash of the whole disk.
 */
export async function readFleet(folder: string): Promise<FleetVm[]> {
  return JSON.parse(await readFile(join(folder, 'fleet.json'), 'utf8')) as FleetVm[];
}

export async function changesOf(folder: string, vm: FleetVm, day: number): Promise<Extent[]> {
  const pairs = JSON.parse(await readFile(join(folder, vm.name, `${dayName(day)}.extents.json`), 'utf8')) as [number, number][];
  return pairs.map(([offset, length]) => ({ offset, length }));
}

/** Makes of the image of the day before the image of this day. */
export async function advance(folder: string, vm: FleetVm, day: number, image: string): Promise<void> {
  if (day === 0) return await copyFile(join(folder, vm.name, 'day00.raw'), image);
  await using delta = await open(join(folder, vm.name, `${dayName(day)}.delta`));
  await using disk = await open(image, 'r+');
  const buffer = Buffer.alloc(4 * MiB);
  let position = 0;
  for (const { offset, length } of await changesOf(folder, vm, day)) {
    for (let at = 0; at < length; ) {
      const { bytesRead } = await delta.read(buffer, 0, Math.min(buffer.length, length - at), position);
      if (bytesRead === 0) throw new Error(`${vm.name}: what changed on day ${day} ends early`);
      await disk.write(buffer, 0, bytesRead, offset + at);
      at += bytesRead;
      position += bytesRead;
    }
  }
}

export async function expectedHash(folder: string, vm: FleetVm, day: number): Promise<string> {
  return (await readFile(join(folder, vm.name, `${dayName(day)}.sha256`), 'utf8')).trim();
}

export async function hashOf(image: string): Promise<{ readonly sha256: string; readonly nonZero: number }> {
  await using disk = await open(image);
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(4 * MiB);
  const page = 4096;
  const zeros = Buffer.alloc(page);
  let nonZero = 0;
  for (;;) {
    const { bytesRead } = await disk.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return { sha256: hash.digest('hex'), nonZero };
    hash.update(buffer.subarray(0, bytesRead));
    for (let at = 0; at < bytesRead; at += page) if (buffer.compare(zeros, 0, page, at, at + page) !== 0) nonZero += page;
  }
}
