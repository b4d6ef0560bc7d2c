import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import { tagBytes } from '../format.ts';
import type { VaultKey } from '../vault.ts';
import { keyEncryptionKey, newKeyEncryptionKey, type PassphraseCost } from './key-encryption.ts';

export type { PassphraseCost } from './key-encryption.ts';

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
/** KMS's own limit. */
const kmsCiphertextBytesMax = 6144;

const keySlotSchema = z.object({
  magic: z.literal('holdfast-key'),
  format: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  // Absent in slots of the first vaults. Tells a slot that a creation left behind, which opens nothing.
  vault: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  kind: z.string(),
  createdAt: z.string(),
  // Bounds keep a forged slot from taking all memory of whoever tries it.
  kdf: z.union([
    z.object({
      name: z.literal('argon2id'),
      version: z.literal(19),
      memoryKiB: z.int().min(8).max(4_194_304),
      passes: z.int().min(1).max(64),
      parallelism: z.int().min(1).max(64),
      salt: base64,
    }),
    z.object({ name: z.literal('hkdf-sha256'), salt: base64 }),
    z.object({ name: z.literal('aws-kms'), key: z.string().max(2048), ciphertext: base64.refine((bytes) => bytes.length <= kmsCiphertextBytesMax) }),
  ]),
  nonce: base64,
  wrapped: base64,
});

export type KeySlot = z.output<typeof keySlotSchema>;

export function parseKeySlot(key: string, bytes: Uint8Array): KeySlot {
  try {
    return keySlotSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw vaultErrors.create('OBJECT_DAMAGED', `Key slot ${key} can’t be read.`, { cause, subject: { object: key } });
  }
}

const knownKdfs: readonly string[] = ['argon2id', 'hkdf-sha256', 'aws-kms'];
const headingSchema = z.object({ magic: z.literal('holdfast-key'), kind: z.string(), createdAt: z.string(), kdf: z.object({ name: z.string() }) });

/** Kind and time of a slot whose way of wrapping this version doesn't know; `undefined` when it isn't such a slot. */
export function slotHeading(bytes: Uint8Array): { kind: string; createdAt: string } | undefined {
  try {
    const { kind, createdAt, kdf } = headingSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return knownKdfs.includes(kdf.name) ? undefined : { kind, createdAt };
  } catch {
    return undefined; // not even a heading: damaged, which the caller says
  }
}

const associated = (vaultId: string, keyId: string) => Buffer.concat([Buffer.from('holdfast/1/key'), Buffer.from(vaultId, 'hex'), Buffer.from(keyId, 'hex')]);

export interface WrapOptions {
  readonly vaultId: string;
  readonly descriptionHash: Uint8Array;
  readonly createdAt: string;
  readonly random: Random;
  readonly cost?: PassphraseCost | undefined;
}

/** Makes the slot object that opens the master key with `secret`. */
export async function wrapMasterKey(masterKey: Uint8Array, secret: VaultKey, options: WrapOptions): Promise<{ id: string; bytes: Buffer }> {
  const random = (count: number) => Buffer.from(options.random.bytes(count));
  const id = random(16).toString('hex');
  const { kind, kdf, key } = await newKeyEncryptionKey(secret, { vaultId: options.vaultId, keyId: id }, options);
  const nonce = random(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated(options.vaultId, id));
  const wrapped = Buffer.concat([cipher.update(masterKey), cipher.update(options.descriptionHash), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  const slot = {
    magic: 'holdfast-key',
    format: 1,
    id,
    vault: options.vaultId,
    kind,
    createdAt: options.createdAt,
    kdf: Object.fromEntries(Object.entries(kdf).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('base64') : value])),
    nonce: nonce.toString('base64'),
    wrapped: wrapped.toString('base64'),
  };
  return { id, bytes: Buffer.from(JSON.stringify(slot, undefined, 1)) };
}

/**
 * The master key, or `undefined` when this slot isn't opened by this secret.
 * @throws `VAULT_ALTERED` when the slot opens but belongs to another `vault.json`
 */
export async function unwrapMasterKey(slot: KeySlot, secret: VaultKey, vaultId: string, descriptionHash: Uint8Array): Promise<Buffer | undefined> {
  const key = await keyEncryptionKey(slot.kdf, secret, { vaultId, keyId: slot.id });
  if (key === undefined || slot.wrapped.length !== 64 + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, slot.nonce);
  decipher.setAAD(associated(vaultId, slot.id));
  decipher.setAuthTag(slot.wrapped.subarray(64));
  let plain: Buffer;
  try {
    plain = Buffer.concat([decipher.update(slot.wrapped.subarray(0, 64)), decipher.final()]);
  } catch {
    return undefined; // the tag doesn't fit: another secret's slot
  }
  if (!plain.subarray(32).equals(Buffer.from(descriptionHash)))
    throw vaultErrors.create('VAULT_ALTERED', '`vault.json` isn’t the one that this vault’s keys were made for.');
  return Buffer.from(plain.subarray(0, 32));
}
