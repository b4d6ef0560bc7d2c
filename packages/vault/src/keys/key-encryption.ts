import { argon2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '@holdfast/kit';
import { sameKmsKey } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultKey } from '../vault.ts';
import { hkdf } from './derive.ts';
import type { KeySlot } from './key-slot.ts';
import { parseRecoveryKey } from './recovery-key.ts';

const argon2Async = promisify(argon2);
const keyBytes = 32;

/** Cost of guessing a passphrase. */
export interface PassphraseCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
}

const passphraseCost: PassphraseCost = { memoryKiB: 65_536, passes: 3, parallelism: 4 };

/** Whose slot it is; AWS KMS binds a data key to it. */
export interface SlotIdentity {
  readonly vaultId: string;
  readonly keyId: string;
}

type Kdf = KeySlot['kdf'];

/** A new key that is going to encrypt the master key in one slot, and what the slot says about how to come by it again. */
export async function newKeyEncryptionKey(
  secret: VaultKey,
  slot: SlotIdentity,
  { random, cost = passphraseCost }: { readonly random: Random; readonly cost?: PassphraseCost | undefined },
): Promise<{ kind: 'passphrase' | 'recovery' | 'aws-kms'; kdf: Kdf; key: Uint8Array }> {
  const salt = Buffer.from(random.bytes(16));
  if ('passphrase' in secret) {
    const kdf = { name: 'argon2id', version: 19, ...cost, salt } as const;
    return { kind: 'passphrase', kdf, key: await fromPassphrase(secret.passphrase, kdf) };
  }
  if ('recoveryKey' in secret) {
    return { kind: 'recovery', kdf: { name: 'hkdf-sha256', salt }, key: fromRecoveryKey(secret.recoveryKey, salt) };
  }
  const { plaintext, ciphertext } = await secret.kms.newDataKey(contextOf(slot));
  if (plaintext.length !== keyBytes) throw vaultErrors.create('KEY_SERVICE_ANSWER', `${secret.kms.arn} gave a data key of ${plaintext.length} bytes.`);
  return { kind: 'aws-kms', kdf: { name: 'aws-kms', key: secret.kms.arn, ciphertext: Buffer.from(ciphertext) }, key: plaintext };
}

/** The key that encrypts the master key in a slot, or `undefined` when the secret isn't of this slot's kind, or AWS KMS says that it isn't its own. */
export async function keyEncryptionKey(kdf: Kdf, secret: VaultKey, slot: SlotIdentity): Promise<Uint8Array | undefined> {
  if (kdf.name === 'argon2id') return 'passphrase' in secret ? await fromPassphrase(secret.passphrase, kdf) : undefined;
  if (kdf.name === 'hkdf-sha256') return 'recoveryKey' in secret ? fromRecoveryKey(secret.recoveryKey, kdf.salt) : undefined;
  // Only the key that the user named is asked: a slot that names another may have been put there by somebody who owns that one.
  if (!('kms' in secret) || !sameKmsKey(kdf.key, secret.kms.arn)) return undefined;
  const key = await secret.kms.openDataKey(kdf.ciphertext, contextOf(slot));
  return key?.length === keyBytes ? key : undefined;
}

async function fromPassphrase(passphrase: string, kdf: Extract<Kdf, { name: 'argon2id' }>): Promise<Uint8Array> {
  const { memoryKiB: memory, passes, parallelism, salt: nonce } = kdf;
  const message = Buffer.from(passphrase.normalize('NFC'), 'utf8');
  return Buffer.from(await argon2Async('argon2id', { message, nonce, parallelism, tagLength: keyBytes, memory, passes }));
}

const fromRecoveryKey = (recoveryKey: string, salt: Uint8Array) => hkdf(parseRecoveryKey(recoveryKey), salt, 'holdfast/1/recovery');

const contextOf = ({ vaultId, keyId }: SlotIdentity) => ({ 'holdfast-vault': vaultId, 'holdfast-slot': keyId });
