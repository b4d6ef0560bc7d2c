import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '@holdfast/kit';

export type KmsKeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** An answer that is a refusal, as KMS words it. */
export class KmsRefusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

interface Key {
  readonly arn: string;
  readonly material: Uint8Array;
  state: KmsKeyState;
}

const idBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const ciphertextBytesMax = 6144;

/** Keys, and what they wrap: the key’s id ‖ nonce ‖ AES-256-GCM of the data, with the context as associated data. */
export class KeyRing {
  readonly #random: Random;
  readonly #keys = new Map<string, Key>();

  constructor(random: Random) {
    this.#random = random;
  }

  create(arnPrefix: string, multiRegion: boolean): string {
    const id = Buffer.from(this.#random.bytes(idBytes)).toString('hex');
    const arn = `${arnPrefix}${multiRegion ? 'mrk-' : ''}${id}`;
    this.#keys.set(id, { arn, material: this.#random.bytes(32), state: 'Enabled' });
    return arn;
  }

  setState(arn: string, state: KmsKeyState): void {
    this.#named(arn).state = state;
  }

  generateDataKey({ KeyId, KeySpec, EncryptionContext }: Record<string, unknown>): Record<string, unknown> {
    if (KeySpec !== 'AES_256') throw new KmsRefusal('ValidationException', 'KeySpec');
    const key = this.#named(KeyId);
    checkState(key);
    const plaintext = this.#random.bytes(32);
    const nonce = this.#random.bytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key.material, nonce);
    cipher.setAAD(contextBytes(EncryptionContext));
    const sealed = Buffer.concat([Buffer.from(idOf(key.arn), 'hex'), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    return { KeyId: key.arn, Plaintext: Buffer.from(plaintext).toString('base64'), CiphertextBlob: sealed.toString('base64') };
  }

  decrypt({ KeyId, CiphertextBlob, EncryptionContext }: Record<string, unknown>): Record<string, unknown> {
    const blob = Buffer.from(String(CiphertextBlob), 'base64');
    if (blob.length === 0 || blob.length > ciphertextBytesMax) throw new KmsRefusal('ValidationException', 'CiphertextBlob');
    const named = KeyId === undefined ? undefined : this.#named(KeyId);
    const key = this.#keys.get(blob.subarray(0, idBytes).toString('hex'));
    if (key === undefined) throw new KmsRefusal('InvalidCiphertextException', '');
    if (named !== undefined && named !== key)
      throw new KmsRefusal('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
    checkState(key);
    const decipher = createDecipheriv('aes-256-gcm', key.material, blob.subarray(idBytes, idBytes + nonceBytes));
    decipher.setAAD(contextBytes(EncryptionContext));
    decipher.setAuthTag(blob.subarray(-tagBytes));
    try {
      const plaintext = Buffer.concat([decipher.update(blob.subarray(idBytes + nonceBytes, -tagBytes)), decipher.final()]);
      return { KeyId: key.arn, Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    } catch {
      throw new KmsRefusal('InvalidCiphertextException', '');
    }
  }

  #named(arn: unknown): Key {
    const key = this.#keys.get(idOf(String(arn)));
    // Of a multi-region key every copy answers to its own region’s ARN.
    if (key === undefined || (key.arn !== arn && !key.arn.includes('/mrk-'))) throw new KmsRefusal('NotFoundException', `Key '${arn}' does not exist`);
    return key;
  }
}

const idOf = (arn: string) => arn.replace(/^.*\/(mrk-)?/, '');

function checkState({ arn, state }: Key): void {
  if (state === 'Disabled') throw new KmsRefusal('DisabledException', `${arn} is disabled.`);
  if (state === 'PendingDeletion') throw new KmsRefusal('KMSInvalidStateException', `${arn} is pending deletion.`);
}

/** Lengths stand before names and values, so that no two contexts come to the same bytes. */
function contextBytes(context: unknown): Buffer {
  const entries = Object.entries((context ?? {}) as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(entries));
}
