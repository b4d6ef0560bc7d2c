import { createHash, randomBytes } from 'node:crypto';
import { systemRandom } from '@holdfast/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveKeys, vmIdOf } from './derive.ts';
import { parseKeySlot, unwrapMasterKey, wrapMasterKey } from './key-slot.ts';
import { formatRecoveryKey, parseRecoveryKey } from './recovery-key.ts';

const vaultId = '00112233445566778899aabbccddeeff';
const descriptionHash = createHash('sha256').update('description').digest();
const masterKey = Buffer.alloc(32, 7);
const options = { vaultId, descriptionHash, createdAt: '2026-01-01T00:00:00.000Z', random: systemRandom, cost: { memoryKiB: 64, passes: 1, parallelism: 1 } };

test('golden: keys derived from a master key, the id of a VM, and a recovery key as text', () => {
  const keys = deriveKeys(masterKey, vaultId);
  expect({
    chunkId: keys.chunkId.toString('hex'),
    nodeId: keys.nodeId.toString('hex'),
    content: keys.content.access === 'read' && { data: keys.content.data.toString('hex'), packOpen: keys.content.packOpen.toString('hex') },
    metadata: keys.metadata.toString('hex'),
    point: keys.point.toString('hex'),
    name: keys.name.toString('hex'),
    chunkerSeed: keys.chunkerSeed,
    vmId: vmIdOf(keys, 'B2C3', '5012AB'),
    recoveryKey: formatRecoveryKey(Buffer.from(Array.from({ length: 32 }, (_, index) => index))),
  }).toMatchInlineSnapshot(`
    {
      "chunkId": "b377ba51d1283a8bf5a48af23e18e7d56349df8ae13b01fabf8dbf5e91955ab7",
      "chunkerSeed": 3690956247,
      "content": {
        "data": "7b37b4f4097b9d22154ee40aa1f3342c910a015f3c27202516b0044a5f71aa5d",
        "packOpen": "0ef9b8dfee013ccc14bce02ec52a4d0d460fad6673deadd9c7e74ea0c3854dd3",
      },
      "metadata": "964f502f64a7ea8ca5260272a6e7c20d512417eb20e64c4d06b462230eaa139f",
      "name": "85936f083ecbd20ce7330580fdf40683c99b1e9017fe389435693420db2cbf01",
      "nodeId": "ec0cdf8b93e5d3d5f40934691d65e08deda3ae0ba6d6be74aaa10c1f4f019128",
      "point": "0c9d0a1a09438b7b274f0b5ba728ff9041b9055f714967b583747c6e3a5f3c71",
      "recoveryKey": "HF1-000G4-0R40M-30E20-9185G-R38E1-W8124-GK2GA-HC5RR-34D1P-70X3R-FP638",
      "vmId": "2d07cdfb22434fe447adb8bac7f320a5",
    }
  `);
});

test('the case of UUIDs makes no difference to a VM’s id', () => {
  const keys = deriveKeys(masterKey, vaultId);
  expect(vmIdOf(keys, 'ab', 'CD')).toBe(vmIdOf(keys, 'AB', 'cd'));
  expect(vmIdOf(keys, 'ab', 'cd')).not.toBe(vmIdOf(keys, 'ab', 'ce'));
});

test('any recovery key survives being written down, in lower case, with blanks, and with look-alikes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
      const text = formatRecoveryKey(secret);
      expect(text).toMatch(/^HF1(-[0-9A-HJKMNP-TV-Z]{5}){11}$/);
      expect(parseRecoveryKey(text)).toEqual(Buffer.from(secret));
      const sloppy = `  hf1-${text.slice(4).toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
      expect(parseRecoveryKey(sloppy)).toEqual(Buffer.from(secret));
    }),
  );
});

test('a recovery key with a wrong, missing or additional character is refused', () => {
  const text = formatRecoveryKey(randomBytes(32));
  const refused = (changed: string) => expect(() => parseRecoveryKey(changed)).toThrow(expect.objectContaining({ code: 'RECOVERY_KEY_MALFORMED' }));
  const other = text[10] === 'A' ? 'B' : 'A';
  refused(text.slice(0, 10) + other + text.slice(11));
  refused(text.slice(0, -1));
  refused(`${text}A`);
  refused(text.replace('HF1-', 'HF2-'));
  refused(`${text.slice(0, 10)}U${text.slice(11)}`);
});

test.each([{ passphrase: 'grüße' }, { recoveryKey: formatRecoveryKey(Buffer.alloc(32, 3)) }])('a slot opens with its own secret only: %o', async (secret) => {
  const { id, bytes } = await wrapMasterKey(masterKey, secret, options);
  const slot = parseKeySlot(`keys/${id}`, bytes);
  expect(await unwrapMasterKey(slot, secret, vaultId, descriptionHash)).toEqual(masterKey);
  expect(await unwrapMasterKey(slot, { passphrase: 'other' }, vaultId, descriptionHash)).toBeUndefined();
  expect(await unwrapMasterKey(slot, { recoveryKey: formatRecoveryKey(Buffer.alloc(32, 4)) }, vaultId, descriptionHash)).toBeUndefined();
  expect(await unwrapMasterKey(slot, secret, 'ff'.repeat(16), descriptionHash)).toBeUndefined();
});

test('a passphrase opens its slot however its letters were composed', async () => {
  const { bytes } = await wrapMasterKey(masterKey, { passphrase: 'gru\u0308n' }, options);
  expect(await unwrapMasterKey(parseKeySlot('k', bytes), { passphrase: 'gr\u00fcn' }, vaultId, descriptionHash)).toEqual(masterKey);
});

test('a slot that opens but was made for another description says that the vault was altered', async () => {
  const { bytes } = await wrapMasterKey(masterKey, { passphrase: 'p' }, options);
  await expect(unwrapMasterKey(parseKeySlot('k', bytes), { passphrase: 'p' }, vaultId, randomBytes(32))).rejects.toMatchObject({ code: 'VAULT_ALTERED' });
});

test('a slot that asks for unreasonable memory is not tried', async () => {
  const { bytes } = await wrapMasterKey(masterKey, { passphrase: 'p' }, options);
  const forged = Buffer.from(bytes.toString().replace('"memoryKiB": 64', '"memoryKiB": 999999999'));
  expect(() => parseKeySlot('keys/x', forged)).toThrow(expect.objectContaining({ code: 'OBJECT_DAMAGED' }));
});
