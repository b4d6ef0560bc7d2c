import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** What stands before the 32 raw bytes of a key in DER (RFC 8410); Node takes and gives no raw keys. */
const heads = {
  x25519: { secret: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
  ed25519: { secret: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
} as const;

export type Curve = keyof typeof heads;
export const rawKeyBytes = 32;

export function secretKeyOf(curve: Curve, raw: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([Buffer.from(heads[curve].secret, 'hex'), raw]), format: 'der', type: 'pkcs8' });
}

export function publicKeyOf(curve: Curve, raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([Buffer.from(heads[curve].public, 'hex'), raw]), format: 'der', type: 'spki' });
}

/** The 32 bytes of a public key, or of the public half of a secret one. */
export function rawPublicKey(key: KeyObject): Buffer {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return Buffer.from(half.export({ format: 'der', type: 'spki' }).subarray(-rawKeyBytes));
}
