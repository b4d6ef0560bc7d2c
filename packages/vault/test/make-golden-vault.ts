/** Makes one of the stored vaults: `node packages/vault/test/make-golden-vault.ts format-1-page-cdc page-cdc`. Run once for each format revision, never again. */
import { writeFile } from 'node:fs/promises';
import { localStore } from '@holdfast/store';
import { createVault, openVault } from '../src/index.ts';
import { goldenDisk, goldenPassphrase } from './golden-vault.ts';
import { backUp, environment, passphraseCost, testDisk } from './vault-fixture.ts';

const [name, chunker] = process.argv.slice(2) as [string, 'page-cdc' | 'grid'];
const folder = new URL(`./vaults/${name}`, import.meta.url).pathname;
const store = localStore(folder, { create: true });
const { recoveryKey } = await createVault(store, { passphrase: goldenPassphrase, passphraseCost, chunker }, environment);
await writeFile(`${folder}.recovery-key`, recoveryKey);
const vault = await openVault(store, { passphrase: goldenPassphrase }, environment, { workers: 1, packBytes: 4 * 1024 * 1024 });
await backUp(vault, 'web01', testDisk(goldenDisk(1)));
const page = 4096;
await backUp(vault, 'web01', testDisk(goldenDisk(2)), [
  { offset: 50 * page, length: page },
  { offset: 60 * page, length: page },
]);
await vault.close();
