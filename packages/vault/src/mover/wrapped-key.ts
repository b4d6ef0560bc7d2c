import type { KeyObject } from 'node:crypto';
import { hkdf } from '../keys/derive.ts';
import { hpkeOpen, hpkeSeal } from './hpke.ts';
import { rawPublicKey, secretKeyOf } from './raw-keys.ts';

/**
 * A pack whose key only the master key opens: the header says which key pair, and holds the key sealed to its public half.
 * Everything in front of the sealed key is bound to it, so that it opens in no other pack and under no other pair.
 */
const info = Buffer.from('holdfast/1/pack-wrap');
const wrapAt = 41;
const epochAt = 44;
const sealedAt = 48;
const sealedBytes = 80;
const wrapHpke = 1;

/** The pair that movers are given today. Readers open packs of any. */
export const currentEpoch = 1;

/** Writes epoch and wrapped key into a header that is otherwise complete. */
export function wrapPackKey(header: Buffer, epoch: number, publicKey: KeyObject, key: Uint8Array, ephemeral: Uint8Array): void {
  header[wrapAt] = wrapHpke;
  header.writeUInt32LE(epoch, epochAt);
  hpkeSeal(publicKey, info, header.subarray(0, sealedAt), key, ephemeral).copy(header, sealedAt, 0, sealedBytes);
}

/** How the header says that the pack's key is to be had: `derived` from the data key, `wrapped`, or in a way of a later version. */
export function wrapOf(header: Buffer): 'derived' | 'wrapped' | 'unknown' {
  const wrap = header[wrapAt];
  return wrap === 0 ? 'derived' : wrap === wrapHpke ? 'wrapped' : 'unknown';
}

/** @param header of a wrapped pack */
export function unwrapPackKey(header: Buffer, secretKey: KeyObject): Buffer | undefined {
  const key = hpkeOpen(secretKey, info, header.subarray(0, sealedAt), header.subarray(sealedAt, sealedAt + sealedBytes));
  return key?.length === 32 ? key : undefined;
}

export const epochOf = (header: Buffer) => header.readUInt32LE(epochAt);

/** @param packOpen root of the vault's key pairs */
export function epochSecretKey(packOpen: Uint8Array, vaultId: string, epoch: number): KeyObject {
  return secretKeyOf('x25519', hkdf(packOpen, Buffer.from(vaultId, 'hex'), `holdfast/1/pack-open/${epoch}`));
}

/** The 32 bytes that a mover is given. */
export function epochPublicKey(packOpen: Uint8Array, vaultId: string, epoch: number): Buffer {
  return rawPublicKey(epochSecretKey(packOpen, vaultId, epoch));
}
