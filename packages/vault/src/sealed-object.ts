import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Random } from '@holdfast/kit';
import { vaultErrors } from './errors.ts';
import { sealedContentBytesMax, tagBytes } from './format.ts';
import { hkdf, type VaultKeys } from './keys/derive.ts';
import { type Provenance, signObject, takeSignature } from './mover/signing.ts';

/** Small objects that are one sealed thing (docs/vault-format.md §10). */
export type SealedKind =
  | 'HFPOINT1'
  | 'HFFENCE1'
  | 'HFDELET1'
  | 'HFHOLD01'
  | 'HFSESSN1'
  | 'HFCONDM1'
  | 'HFSESSL1'
  | 'HFOUTCM1'
  | 'HFDAMAG1'
  | 'HFFORWD1'
  | 'HFINDEX1'
  | 'HFLOCKS1'
  | 'HFLOCKT1'
  | 'HFMERGE1'
  | 'HFMOVER1'
  | 'HFMOVEX1';

/** What would let a stolen mover do more harm than its own writing can: delete packs, list movers. */
const onlyFromVault: readonly SealedKind[] = ['HFCONDM1', 'HFSESSL1', 'HFOUTCM1', 'HFFORWD1', 'HFMOVER1', 'HFMOVEX1'];
/** What says where chunks lie: a false one costs the points that rely on it, and nobody without the master key can prove it. */
const onlyFromVaultOrOneself: readonly SealedKind[] = ['HFINDEX1', 'HFMERGE1'];

/** Which object a sealed thing is: bound into it, so that nothing can be put under another name. */
export interface SealedName {
  readonly kind: SealedKind;
  readonly key: string;
  /** the session it belongs to; collection records and notes of damaged packs have none */
  readonly sessionId?: string | undefined;
}

const nonceBytes = 12;
const headBytes = 8 + nonceBytes;

function objectKey(keys: VaultKeys, name: SealedName): Buffer {
  const salt = name.sessionId === undefined ? createHash('sha256').update(name.key).digest().subarray(0, 16) : Buffer.from(name.sessionId, 'hex');
  return hkdf(name.kind === 'HFINDEX1' || name.kind === 'HFMERGE1' ? keys.metadata : keys.point, salt, name.kind);
}

const associated = (keys: VaultKeys, name: SealedName) => Buffer.concat([Buffer.from(name.kind), Buffer.from(keys.vaultId, 'hex'), Buffer.from(name.key)]);

export function sealObject(keys: VaultKeys, name: SealedName, content: Uint8Array, random: Random): Buffer {
  const nonce = random.bytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', objectKey(keys, name), nonce);
  cipher.setAAD(associated(keys, name));
  const sealed = Buffer.concat([Buffer.from(name.kind), nonce, cipher.update(zstdCompressSync(content)), cipher.final(), cipher.getAuthTag()]);
  return keys.signing === undefined ? sealed : signObject(keys.signing, keys.vaultId, name.key, sealed);
}

/** The magic an object begins with, whatever it is; nothing is authenticated yet. */
export function magicOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 8)).toString('latin1');
}

/**
 * What was sealed, for use: whoever opens a vault relies on what comes from here.
 *
 * @throws `OBJECT_DAMAGED` when the object isn't exactly what was sealed under this name, or, where objects are signed, when it
 * counts only from somebody with the master key and isn't from one; `INDEX_UNVOUCHED` likewise for what says where chunks lie
 */
export function openObject(keys: VaultKeys, name: SealedName, bytes: Uint8Array): Buffer {
  const { content, provenance } = openSigned(keys, name, bytes);
  if (provenance === undefined || provenance.state === 'vault') return content;
  const subject = { subject: { object: name.key } };
  if (onlyFromVault.includes(name.kind))
    throw vaultErrors.create('OBJECT_DAMAGED', `Object ${name.key} isn’t signed by somebody with the master key, and counts for nothing.`, subject);
  if (onlyFromVaultOrOneself.includes(name.kind) && !(provenance.state === 'mover' && provenance.id === keys.signing?.own.signer))
    throw vaultErrors.create('INDEX_UNVOUCHED', `Nobody with the master key vouches for ${name.key}.`, subject);
  return content;
}

/**
 * What was sealed, whoever signed it, and who that is: for looking at an object, not for relying on it.
 *
 * @throws `OBJECT_DAMAGED`
 */
export function openSigned(keys: VaultKeys, name: SealedName, signed: Uint8Array): { content: Buffer; provenance: Provenance | undefined } {
  if (keys.signing === undefined) return { content: openSealed(keys, name, signed), provenance: undefined };
  const { sealed, provenance } = takeSignature(keys.signing, keys.vaultId, name.key, signed);
  return { content: openSealed(keys, name, sealed), provenance };
}

function openSealed(keys: VaultKeys, name: SealedName, bytes: Uint8Array): Buffer {
  const damaged = (why: string, cause?: unknown) =>
    vaultErrors.create('OBJECT_DAMAGED', `Object ${name.key} ${why}.`, { cause, subject: { object: name.key } });
  if (bytes.length < headBytes + tagBytes) throw damaged(`is truncated to ${bytes.length} bytes`);
  if (magicOf(bytes) !== name.kind) throw damaged(`doesn’t begin with ${name.kind}`);
  const decipher = createDecipheriv('aes-256-gcm', objectKey(keys, name), bytes.subarray(8, headBytes));
  decipher.setAAD(associated(keys, name));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  try {
    const compressed = Buffer.concat([decipher.update(bytes.subarray(headBytes, bytes.length - tagBytes)), decipher.final()]);
    return zstdDecompressSync(compressed, { maxOutputLength: sealedContentBytesMax });
  } catch (cause) {
    throw damaged('was altered, truncated or exchanged', cause);
  }
}
