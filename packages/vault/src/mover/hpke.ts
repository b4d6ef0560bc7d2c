import { createCipheriv, createDecipheriv, createHmac, diffieHellman, type KeyObject } from 'node:crypto';
import { tagBytes } from '../format.ts';
import { publicKeyOf, rawKeyBytes, rawPublicKey, secretKeyOf } from './raw-keys.ts';

/**
 * RFC 9180 in base mode for one message, with DHKEM(X25519, HKDF-SHA-256), HKDF-SHA-256 and AES-256-GCM: whoever has the public
 * key seals, whoever has the secret one opens. Only the composition is ours; curve, hash and cipher are OpenSSL's.
 */
const kemSuite = Buffer.concat([Buffer.from('KEM'), Buffer.from([0x00, 0x20])]);
const suite = Buffer.concat([Buffer.from('HPKE'), Buffer.from([0x00, 0x20, 0x00, 0x01, 0x00, 0x02])]);
const nothing = Buffer.alloc(0);
const nonceBytes = 12;
const baseMode = Buffer.from([0]);

/** Bytes that sealing adds: the encapsulated key in front, the tag behind. */
const hpkeOverheadBytes = rawKeyBytes + tagBytes;

const hmac = (key: Uint8Array, ...parts: Uint8Array[]) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest();

const labeledExtract = (suiteId: Buffer, salt: Uint8Array, label: string, material: Uint8Array) =>
  hmac(salt, Buffer.from('HPKE-v1'), suiteId, Buffer.from(label), material);

/** At most 32 bytes, which is all that is asked here: the first block of HKDF-Expand. */
function labeledExpand(suiteId: Buffer, key: Uint8Array, label: string, info: Uint8Array, length: number): Buffer {
  const size = Buffer.from([0, length]);
  return hmac(key, size, Buffer.from('HPKE-v1'), suiteId, Buffer.from(label), info, Buffer.from([1])).subarray(0, length);
}

/** The secret that both sides agree on. `undefined` where the other's key is one of the few that make it the same for everybody. */
function agree(secretKey: KeyObject, publicKey: KeyObject, encapsulated: Uint8Array, receiver: Uint8Array): Buffer | undefined {
  let shared: Buffer;
  try {
    shared = diffieHellman({ privateKey: secretKey, publicKey });
  } catch {
    return undefined; // OpenSSL refuses such a key
  }
  if (shared.every((byte) => byte === 0)) return undefined;
  const extracted = labeledExtract(kemSuite, nothing, 'eae_prk', shared);
  return labeledExpand(kemSuite, extracted, 'shared_secret', Buffer.concat([encapsulated, receiver]), 32);
}

function schedule(sharedSecret: Uint8Array, info: Uint8Array): { key: Buffer; nonce: Buffer } {
  const context = Buffer.concat([baseMode, labeledExtract(suite, nothing, 'psk_id_hash', nothing), labeledExtract(suite, nothing, 'info_hash', info)]);
  const secret = labeledExtract(suite, sharedSecret, 'secret', nothing);
  return { key: labeledExpand(suite, secret, 'key', context, 32), nonce: labeledExpand(suite, secret, 'base_nonce', context, nonceBytes) };
}

/**
 * Encapsulated key ‖ ciphertext ‖ tag.
 *
 * @param ephemeral 32 random bytes that are used this once
 */
export function hpkeSeal(receiver: KeyObject, info: Uint8Array, associated: Uint8Array, plain: Uint8Array, ephemeral: Uint8Array): Buffer {
  const once = secretKeyOf('x25519', ephemeral);
  const encapsulated = rawPublicKey(once);
  const shared = agree(once, receiver, encapsulated, rawPublicKey(receiver));
  if (shared === undefined) throw new RangeError('this public key agrees on the same secret with everybody');
  const { key, nonce } = schedule(shared, info);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(associated);
  return Buffer.concat([encapsulated, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** What was sealed, or `undefined` when it wasn't sealed to this key with this info and these associated bytes. */
export function hpkeOpen(secretKey: KeyObject, info: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < hpkeOverheadBytes) return undefined;
  const encapsulated = sealed.subarray(0, rawKeyBytes);
  const shared = agree(secretKey, publicKeyOf('x25519', encapsulated), encapsulated, rawPublicKey(secretKey));
  if (shared === undefined) return undefined;
  const { key, nonce } = schedule(shared, info);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(rawKeyBytes, sealed.length - tagBytes)), decipher.final()]);
  } catch {
    return undefined; // the tag doesn't fit; the caller names what is damaged
  }
}
