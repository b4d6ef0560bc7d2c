import type { DiskCore } from './disk-core.ts';
import { sectorBytes } from './extent.ts';
import { isZero } from './zeros.ts';

const zeros = new Uint8Array(sectorBytes);

/** Reads at any alignment. */
export async function readAny(core: DiskCore, layer: string, offset: number, into: Uint8Array): Promise<void> {
  const first = down(offset);
  const end = up(offset + into.length);
  if (first === offset && end === offset + into.length) return await core.readChain(layer, offset, into);
  const whole = new Uint8Array(end - first);
  await core.readChain(layer, first, whole);
  into.set(whole.subarray(offset - first, offset - first + into.length));
}

/** Writes at any alignment: what the first and last sector held besides is kept. */
export async function writeLive(core: DiskCore, offset: number, bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0) return;
  await core.beforeChange(offset, bytes.length);
  const first = down(offset);
  const end = up(offset + bytes.length);
  if (first === offset && end === offset + bytes.length) return await core.liveExtent.write(offset, bytes);
  const whole = new Uint8Array(end - first);
  await core.readChain(core.state.live, first, whole.subarray(0, sectorBytes));
  await core.readChain(core.state.live, end - sectorBytes, whole.subarray(whole.length - sectorBytes));
  whole.set(bytes, offset - first);
  await core.liveExtent.write(first, whole);
}

export async function unmapLive(core: DiskCore, offset: number, length: number): Promise<void> {
  if (length === 0) return;
  const first = up(offset);
  const end = down(offset + length);
  if (first >= end) {
    for (let at = offset; at < offset + length; at += sectorBytes) await writeLive(core, at, zeros.subarray(0, Math.min(sectorBytes, offset + length - at)));
    return;
  }
  await core.beforeChange(offset, length);
  if (first > offset) await writeLive(core, offset, zeros.subarray(0, first - offset));
  await core.liveExtent.zero(first, end - first);
  if (end < offset + length) await writeLive(core, end, zeros.subarray(0, offset + length - end));
}

/** Writes, or unmaps where a whole run is zero. */
export async function placeLive(core: DiskCore, offset: number, bytes: Uint8Array): Promise<void> {
  if (isZero(bytes)) await unmapLive(core, offset, bytes.length);
  else await writeLive(core, offset, bytes);
}

function down(offset: number): number {
  return Math.floor(offset / sectorBytes) * sectorBytes;
}

function up(offset: number): number {
  return Math.ceil(offset / sectorBytes) * sectorBytes;
}
