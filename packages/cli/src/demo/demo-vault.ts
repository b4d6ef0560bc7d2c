import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '@holdfast/store';
import { createVault, openVault, type Vault } from '@holdfast/vault';
import { keepSecret } from '../redact.ts';
import type { Surroundings } from '../surroundings.ts';

export interface DemoVault extends AsyncDisposable {
  readonly vault: Vault;
  /** everything the vault takes in its store */
  bytes(): Promise<number>;
}

/** A new vault in a folder, with its passphrase in a file beside it and a configuration that other verbs can be run with. */
export async function openDemoVault(folder: string, surroundings: Surroundings): Promise<DemoVault> {
  const passphrase = keepSecret(Buffer.from(surroundings.random.bytes(18)).toString('base64url'));
  await writeFile(join(folder, 'passphrase.txt'), `${passphrase}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'holdfast.json'), `${JSON.stringify({ vault: { store: 'vault', passphraseFile: 'passphrase.txt' } }, undefined, 2)}\n`);
  const store = openStore(join(folder, 'vault'), { create: true }, surroundings);
  const { recoveryKey } = await createVault(store, { passphrase }, surroundings);
  await writeFile(join(folder, 'recovery.key'), `${keepSecret(recoveryKey)}\n`, { mode: 0o600 });
  const vault = await openVault(store, { passphrase }, surroundings);
  return {
    vault,
    bytes: async () => {
      let sum = 0;
      for await (const { size } of store.list('')) sum += size;
      return sum;
    },
    [Symbol.asyncDispose]: async () => {
      await vault.close();
      await store.close();
    },
  };
}
