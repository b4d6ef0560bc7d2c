/** Makes the stored vault of write-only movers: `node packages/vault/test/make-golden-mover-vault.ts format-1-write-only`. Run once for each format revision, never again. */
import { writeFile } from 'node:fs/promises';
import { localStore } from '@holdfast/store';
import { addMover, createVault, openVault, repairIndex } from '../src/index.ts';
import { goldenDisk, goldenPassphrase } from './golden-vault.ts';
import { backUp, draft, environment, passphraseCost, testDisk, whole } from './vault-fixture.ts';

const [name] = process.argv.slice(2) as [string];
const folder = new URL(`./vaults/${name}`, import.meta.url).pathname;
const store = localStore(folder, { create: true });
const resources = { workers: 1, packBytes: 4 * 1024 * 1024 };
const { recoveryKey } = await createVault(store, { passphrase: goldenPassphrase, passphraseCost, writeOnlyMovers: true }, environment);
await writeFile(`${folder}.recovery-key`, recoveryKey);
const full = await openVault(store, { passphrase: goldenPassphrase }, environment, resources);
let moverKey = '';
const deliver = async (text: string) => {
  moverKey = text;
  await writeFile(`${folder}.mover-key`, text);
};
await addMover(full, { name: 'edge', deliver });
const vault = await openVault(store, { moverKey }, environment, resources);
const session = await vault.beginSession({ vmId: vault.vmId('vc', 'web01') });
const disk = testDisk(goldenDisk(1));
const { map, statistics } = await session.writeDisk({ source: disk, extents: whole(disk.capacity) });
const nvram = await session.writeFile(Buffer.from('NVRAM of web01'));
await session.commit({ ...draft('web01', map, statistics), files: { nvram } });
await session.end();
const page = 4096;
await backUp(vault, 'web01', testDisk(goldenDisk(2)), [
  { offset: 50 * page, length: page },
  { offset: 60 * page, length: page },
]);
// What the mover wrote is vouched for, so that a reader's point reuses it.
for await (const _ of repairIndex(full, { vouch: true }));
await backUp(full, 'web02', testDisk(goldenDisk(1)));
await vault.close();
await full.close();
