import { expect, test } from 'vitest';
import { listKeys, newRecoveryKey, openVault, removeKey, rotateKey, writtenOnce } from '../src/index.ts';
import { immutableVault } from './immutable-fixture.ts';
import { opens } from './key-fixture.ts';
import { backUp, diskBytes, environment, passphrase, testDisk } from './vault-fixture.ts';

test('in a vault with immutability a key that is rotated opens it until its lock has ended, which backups don’t move, and then it goes', async () => {
  await using fixture = await immutableVault({ days: 14 });
  const store = await writtenOnce(fixture.store);
  const before = (await listKeys(store)).slots;
  const { id } = before.find(({ kind }) => kind === 'recovery')!;
  const next = { recoveryKey: newRecoveryKey(environment.random) };
  const rotated = rotateKey(store, { id, opener: { passphrase }, secret: next }, fixture.environment);
  await expect(rotated).rejects.toMatchObject({ code: 'KEY_NOT_REMOVED', message: expect.stringContaining('locked') });
  const states = async () => (await listKeys(store)).slots.map(({ kind, removing }) => `${kind}${removing ? ', being removed' : ''}`).sort();
  expect(await states()).toEqual(['passphrase', 'recovery', 'recovery, being removed']);
  expect(await opens(fixture.store, next)).toBe(true);

  fixture.pass(20);
  const vault = await openVault(fixture.store, { passphrase }, fixture.environment, { workers: 1, packBytes: 4 * 1024 * 1024 });
  await backUp(vault, 'web01', testDisk(diskBytes(1024 * 1024)));
  await vault.close();
  // The lock of a generation may end up to thirty days after what was promised.
  fixture.pass(30);
  await removeKey(store, { id, proofs: [next] }, fixture.environment);
  expect(await states()).toEqual(['passphrase', 'recovery']);
});
