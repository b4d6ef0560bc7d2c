import { Buffer } from 'node:buffer';
import type { Random } from '@holdfast/kit';
import type { Tracking } from './tracking-map.ts';

/** `52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/81` */
export function formatChangeId(tracking: Tracking): string {
  return `${tracking.uuid}/${tracking.sequence}`;
}

/** `undefined` for anything that isn't a change id. */
export function parseChangeId(text: string): Tracking | undefined {
  const match = /^((?:[0-9a-f]{2} ){7}[0-9a-f]{2}-(?:[0-9a-f]{2} ){7}[0-9a-f]{2})\/([1-9][0-9]{0,9})$/.exec(text);
  return match === null ? undefined : { uuid: match[1] as string, sequence: Number(match[2]) };
}

export function drawTrackingUuid(random: Random): string {
  return spaced(random.bytes(16));
}

/** `6000C29x-xxxx-xxxx-xxxx-xxxxxxxxxxxx` */
export function drawDiskUuid(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString('hex');
  return `6000C29${hex[7]}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** As descriptors write it: `60 00 C2 9a bb cc dd ee-ff …`. */
export function spacedDiskUuid(uuid: string): string {
  return spaced(Buffer.from(uuid.replaceAll('-', ''), 'hex')).replace('60 00 c2', '60 00 C2');
}

function spaced(bytes: Uint8Array): string {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  return `${pairs.slice(0, 8).join(' ')}-${pairs.slice(8).join(' ')}`;
}
