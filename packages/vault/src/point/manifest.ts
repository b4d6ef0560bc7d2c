import type { Random } from '@holdfast/kit';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { RecoveryPoint } from '../model.ts';
import { openSigned, sealObject } from '../sealed-object.ts';

export function pointKeyOf(vmId: string, sessionId: string): string {
  return `points/${vmId}/${sessionId}`;
}

/** `points/<vmId>/<sessionId>` or `<vmId>/<sessionId>` taken apart; `undefined` for anything else. */
export function parsePointId(text: string): { vmId: string; sessionId: string } | undefined {
  const match = /^(?:points\/)?([0-9a-f]{32})\/([0-9a-f]{32})$/.exec(text);
  return match === null ? undefined : { vmId: match[1]!, sessionId: match[2]! };
}

const hex = (characters: number) => z.string().regex(new RegExp(`^[0-9a-f]{${characters}}$`));
const node = z.object({ id: hex(64), pack: hex(32), slot: z.int(), offset: z.int(), length: z.int() });
const map = z.object({ capacity: z.int().min(0), height: z.int().min(0).max(8), root: node.optional() });
const count = z.number().min(0);
const consistency = z.enum(['crash', 'volume', 'application']);

/** The parts that reading depends on are checked; the rest is passed on as it is, so that newer writers may say more. */
const manifestSchema = z.looseObject({
  id: z.string(),
  vmId: hex(32),
  sessionId: hex(32),
  sequence: z.int().min(1),
  base: z.string().optional(),
  committedAt: z.string(),
  takenAt: z.string(),
  vm: z.looseObject({ name: z.string(), vcenter: z.string(), instanceUuid: z.string() }),
  consistency: z.looseObject({ asked: consistency, got: consistency }),
  disks: z.array(
    z.looseObject({
      key: z.int(),
      label: z.string(),
      capacity: z.int().min(0),
      identity: z.record(z.string(), z.string()),
      changeId: z.string().optional(),
      map,
      mode: z.enum(['full', 'incremental']),
      statistics: z.looseObject({ read: count, zero: count, reused: count, fresh: count, stored: count }),
    }),
  ),
  excluded: z.array(z.looseObject({ key: z.int(), label: z.string(), reason: z.string() })),
  files: z.record(z.string(), node.extend({ in: z.literal('data').optional() })),
  lock: z.looseObject({ mode: z.enum(['governance', 'compliance']), until: z.string(), packsUntil: z.string() }).optional(),
  introduced: z.looseObject({ segments: z.array(z.string()), packs: z.array(z.looseObject({ id: hex(32), size: z.int(), sha256: hex(64) })) }),
});

export function sealManifest(keys: VaultKeys, point: RecoveryPoint, random: Random): Buffer {
  const name = { kind: 'HFPOINT1', key: pointKeyOf(point.vmId, point.sessionId), sessionId: point.sessionId } as const;
  return sealObject(keys, name, Buffer.from(JSON.stringify(point)), random);
}

/** @throws `POINT_UNREADABLE` when the manifest isn't what was committed under this key */
export function openManifest(keys: VaultKeys, vmId: string, sessionId: string, bytes: Uint8Array): RecoveryPoint {
  const key = pointKeyOf(vmId, sessionId);
  try {
    const { content, provenance } = openSigned(keys, { kind: 'HFPOINT1', key, sessionId }, bytes);
    const point = manifestSchema.parse(JSON.parse(content.toString('utf8'))) as unknown as RecoveryPoint;
    return { ...point, signedBy: provenance };
  } catch (cause) {
    throw vaultErrors.create('POINT_UNREADABLE', `The manifest ${key} is there but can’t be read.`, { cause, subject: { object: key } });
  }
}
