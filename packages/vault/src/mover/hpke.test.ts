import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hpkeOpen, hpkeSeal } from './hpke.ts';
import { publicKeyOf, rawPublicKey, secretKeyOf } from './raw-keys.ts';

/** Of the published vectors of RFC 9180 (test-vectors.json of its working group): mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002, first message. */
const published = {
  info: '4f6465206f6e2061204772656369616e2055726e',
  skRm: '497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d',
  pkRm: '430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c',
  skEm: '179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11',
  enc: '6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256',
  aad: '436f756e742d30',
  pt: '4265617574792069732074727574682c20747275746820626561757479',
  ct: 'e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a',
};
const bytes = Object.fromEntries(Object.entries(published).map(([name, hex]) => [name, Buffer.from(hex, 'hex')])) as Record<keyof typeof published, Buffer>;

test('the published vector comes out to the byte, and opens', () => {
  const receiver = publicKeyOf('x25519', bytes.pkRm);
  const sealed = hpkeSeal(receiver, bytes.info, bytes.aad, bytes.pt, bytes.skEm);
  expect(sealed.toString('hex')).toBe(published.enc + published.ct);
  const secret = secretKeyOf('x25519', bytes.skRm);
  expect(rawPublicKey(secret).toString('hex')).toBe(published.pkRm);
  expect(hpkeOpen(secret, bytes.info, bytes.aad, sealed)).toEqual(bytes.pt);
});

test('nothing opens with another key, info or associated bytes, nor with any bit changed', () => {
  // Of the encapsulated key, too: the curve ignores its highest bit, the key schedule doesn't.
  const secret = secretKeyOf('x25519', bytes.skRm);
  const sealed = hpkeSeal(publicKeyOf('x25519', bytes.pkRm), bytes.info, bytes.aad, bytes.pt, randomBytes(32));
  expect(hpkeOpen(secret, bytes.info, bytes.aad, sealed)).toEqual(bytes.pt);
  expect(hpkeOpen(secretKeyOf('x25519', randomBytes(32)), bytes.info, bytes.aad, sealed)).toBeUndefined();
  expect(hpkeOpen(secret, Buffer.from('another'), bytes.aad, sealed)).toBeUndefined();
  expect(hpkeOpen(secret, bytes.info, Buffer.from('another'), sealed)).toBeUndefined();
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    expect(hpkeOpen(secret, bytes.info, bytes.aad, altered)).toBeUndefined();
  }
  for (let length = 0; length < sealed.length; length++) expect(hpkeOpen(secret, bytes.info, bytes.aad, sealed.subarray(0, length))).toBeUndefined();
});

test('keys that agree on one secret with everybody are refused', () => {
  for (const point of ['00'.repeat(32), `01${'00'.repeat(31)}`, 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800']) {
    const weak = Buffer.from(point, 'hex');
    expect(() => hpkeSeal(publicKeyOf('x25519', weak), bytes.info, bytes.aad, bytes.pt, randomBytes(32))).toThrow();
    expect(hpkeOpen(secretKeyOf('x25519', bytes.skRm), bytes.info, bytes.aad, Buffer.concat([weak, randomBytes(48)]))).toBeUndefined();
  }
});
