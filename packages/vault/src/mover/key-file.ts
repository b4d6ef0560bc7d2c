import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';
import { tagBytes } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { keyEncryptionKey, newKeyEncryptionKey, type PassphraseCost } from '../keys/key-encryption.ts';
import { publicKeyOf, secretKeyOf } from './raw-keys.ts';

/**
 * What a write-only mover holds instead of a key to the vault: enough to deduplicate, to find a base, to commit, and to wrap pack
 * keys; nothing that opens a data pack. One text, in a file of the mover's machine.
 */
export interface MoverKey {
  readonly vaultId: string;
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly epoch: number;
  readonly secrets: MoverSecrets;
}

/** 32 bytes each, but the seed. */
export interface MoverSecrets {
  /** SHA-256 of `vault.json`: what a key slot binds for others */
  readonly description: Buffer;
  readonly chunkId: Buffer;
  readonly chunkerSeed: number;
  readonly nodeId: Buffer;
  readonly metadata: Buffer;
  readonly point: Buffer;
  readonly name: Buffer;
  /** X25519, of the epoch's pair. Comes with the others, since whoever exchanged it could read what is wrapped to it. */
  readonly wrapTo: Buffer;
  /** Ed25519, whose signatures are those of the master key */
  readonly vaultSigner: Buffer;
  /** Ed25519, secret: the mover's own */
  readonly signer: Buffer;
}

const bytes32 = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32);
const binary = z.base64().transform((text) => Buffer.from(text, 'base64'));
const hex = z.string().regex(/^[0-9a-f]{32}$/);
const secretsSchema = z.object({
  description: bytes32,
  chunkId: bytes32,
  chunkerSeed: z.int().min(0).max(0xffff_ffff),
  nodeId: bytes32,
  metadata: bytes32,
  point: bytes32,
  name: bytes32,
  wrapTo: bytes32,
  vaultSigner: bytes32,
  signer: bytes32,
});
const fileSchema = z.object({
  magic: z.literal('holdfast-mover'),
  format: z.literal(1),
  vault: hex,
  id: hex,
  name: z.string(),
  createdAt: z.string(),
  epoch: z.int().min(1).max(0xffff_ffff),
  keys: z.unknown().optional(),
  sealed: z
    .object({
      kdf: z.object({
        name: z.literal('argon2id'),
        version: z.literal(19),
        memoryKiB: z.int().min(8).max(4_194_304),
        passes: z.int().min(1).max(64),
        parallelism: z.int().min(1).max(64),
        salt: binary,
      }),
      nonce: binary,
      keys: binary,
    })
    .optional(),
});

const associated = (vaultId: string, id: string) => Buffer.concat([Buffer.from('holdfast/1/mover'), Buffer.from(vaultId, 'hex'), Buffer.from(id, 'hex')]);

/** The text of a key file; with a passphrase, everything secret in it is sealed under that. */
export async function formatMoverKey(key: MoverKey, random: Random, passphrase?: string, cost?: PassphraseCost): Promise<string> {
  const { vaultId, id, name, createdAt, epoch, secrets } = key;
  const keys = Object.fromEntries(Object.entries(secrets).map(([what, value]) => [what, Buffer.isBuffer(value) ? value.toString('base64') : value]));
  const head = { magic: 'holdfast-mover', format: 1, vault: vaultId, id, name, createdAt, epoch };
  if (passphrase === undefined) return JSON.stringify({ ...head, keys }, undefined, 1);
  const { kdf, key: cipherKey } = await newKeyEncryptionKey({ passphrase }, { vaultId, keyId: id }, { random, cost });
  const nonce = Buffer.from(random.bytes(12));
  const cipher = createCipheriv('aes-256-gcm', cipherKey, nonce);
  cipher.setAAD(associated(vaultId, id));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(keys)), cipher.final(), cipher.getAuthTag()]);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const withSalt = { ...kdf, ...('salt' in kdf ? { salt: text(kdf.salt) } : {}) };
  return JSON.stringify({ ...head, sealed: { kdf: withSalt, nonce: text(nonce), keys: text(sealed) } }, undefined, 1);
}

/** Whether reading the text takes a passphrase; `undefined` when it is no mover's key. */
export function isSealedMoverKey(text: string): boolean | undefined {
  const file = fileSchema.safeParse(jsonOf(text));
  return file.success ? file.data.sealed !== undefined : undefined;
}

/** @throws `MOVER_KEY_MALFORMED`, `MOVER_KEY_WRONG` */
export async function parseMoverKey(text: string, passphrase?: string): Promise<MoverKey> {
  // Without a cause, which might quote what is secret.
  const malformed = () => vaultErrors.create('MOVER_KEY_MALFORMED', 'This is no key of a write-only mover, or not all of one.');
  const file = fileSchema.safeParse(jsonOf(text));
  if (!file.success) throw malformed();
  const { vault: vaultId, id, name, createdAt, epoch, sealed } = file.data;
  const content = sealed === undefined ? file.data.keys : jsonOf((await unseal(sealed, vaultId, id, passphrase)).toString('utf8'));
  const secrets = secretsSchema.safeParse(content);
  if (!secrets.success) throw malformed();
  return { vaultId, id, name, createdAt, epoch, secrets: secrets.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it, and the caller says of what
  }
}

async function unseal(sealed: NonNullable<z.output<typeof fileSchema>['sealed']>, vaultId: string, id: string, passphrase: string | undefined) {
  if (passphrase === undefined) throw vaultErrors.create('MOVER_KEY_WRONG', 'This mover’s key is sealed under a passphrase, and none was given.');
  const wrong = () => vaultErrors.create('MOVER_KEY_WRONG', 'The passphrase doesn’t open this mover’s key.');
  const cipherKey = await keyEncryptionKey(sealed.kdf, { passphrase }, { vaultId, keyId: id });
  if (cipherKey === undefined || sealed.nonce.length !== 12 || sealed.keys.length < tagBytes) throw wrong();
  const decipher = createDecipheriv('aes-256-gcm', cipherKey, sealed.nonce);
  decipher.setAAD(associated(vaultId, id));
  decipher.setAuthTag(sealed.keys.subarray(sealed.keys.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.keys.subarray(0, sealed.keys.length - tagBytes)), decipher.final()]);
  } catch {
    throw wrong();
  }
}

/** The keys of a vault as this mover has them. */
export function moverVaultKeys({ vaultId, id, epoch, secrets }: MoverKey): VaultKeys {
  const { chunkId, nodeId, metadata, point, name, chunkerSeed } = secrets;
  return {
    vaultId,
    chunkId,
    nodeId,
    metadata,
    point,
    name,
    chunkerSeed,
    content: { access: 'write-only', epoch, publicKey: publicKeyOf('x25519', secrets.wrapTo) },
    signing: {
      vaultKey: publicKeyOf('ed25519', secrets.vaultSigner),
      own: { signer: id, secret: secretKeyOf('ed25519', secrets.signer) },
      movers: new Map(),
    },
  };
}
