/**
 * The child process of the fleet benchmark: `create` makes a vault, `backup` puts a VM's disk into it, in full or the extents that a
 * file names, growing from the VM's newest point; `verify` restores each VM's newest point and prints its hash.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fileSource } from '@holdfast/disks';
import { MiB, systemClock, systemRandom } from '@holdfast/kit';
import { localStore, meteredStore } from '@holdfast/store';
import { type ChunkerName, createVault, isReadable, openVault, type RecoveryPoint, type WritableDisk } from '@holdfast/vault';
import type { Extent } from './fleet.ts';

const text = { type: 'string', default: '' } as const;
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { vault: text, image: text, vm: text, extents: text, chunker: text, 'chunk-bytes': text },
});
const environment = { clock: systemClock, random: systemRandom, host: 'bench', version: 'bench' };
const passphrase = process.env.HOLDFAST_BENCH_PASSPHRASE ?? '';

const verbs: Readonly<Record<string, () => Promise<void>>> = { create, backup, verify };
await verbs[positionals[0] ?? '']!();

async function create(): Promise<void> {
  const name = values.chunker as ChunkerName;
  await createVault(localStore(values.vault, { create: true }), { passphrase, chunker: { name, averageBytes: Number(values['chunk-bytes']) } }, environment);
}

async function backup(): Promise<void> {
  const store = meteredStore(localStore(values.vault));
  const vault = await openVault(store, { passphrase }, environment);
  const source = await fileSource(values.image);
  const session = await vault.beginSession({ vmId: vault.vmId('bench', values.vm), expectedBytes: source.capacity });
  const base = values.extents === '' ? undefined : session.base?.disks[0]?.map;
  const extents = base === undefined ? source.extents() : these(JSON.parse(await readFile(values.extents, 'utf8')) as Extent[]);
  const { map, statistics } = await session.writeDisk({ source, extents, base });
  await session.commit({
    vm: { name: values.vm, vcenter: 'bench', instanceUuid: values.vm },
    takenAt: new Date(systemClock.now()).toISOString(),
    consistency: { asked: 'crash', got: 'crash' },
    disks: [
      {
        key: 2000,
        label: 'image',
        capacity: source.capacity,
        identity: {},
        map,
        mode: base === undefined ? 'full' : 'incremental',
        transport: { mode: 'file' },
        statistics,
      },
    ],
    excluded: [],
    configuration: {},
    files: {},
  });
  await session.end();
  await source.close();
  await vault.close();
  console.log(JSON.stringify({ statistics, requests: store.meter().requests }));
}

async function* these(extents: readonly Extent[]): AsyncGenerator<Extent> {
  yield* extents;
}

async function verify(): Promise<void> {
  const vault = await openVault(localStore(values.vault), { passphrase }, environment);
  const newest = new Map<string, RecoveryPoint>();
  for await (const point of vault.points()) if (isReadable(point)) newest.set(point.vm.name, point);
  for (const [name, point] of newest) {
    const hash = createHash('sha256');
    let position = 0;
    const zeros = (end: number) => {
      for (; position < end; position += Math.min(MiB, end - position)) hash.update(Buffer.alloc(Math.min(MiB, end - position)));
    };
    const sink: WritableDisk = {
      order: 'ascending',
      write: async (offset, bytes) => {
        zeros(offset);
        hash.update(bytes);
        position = offset + bytes.length;
      },
      zero: async (offset, length) => zeros(offset + length),
    };
    const session = await vault.beginRestore(point.id);
    await session.restoreDisk({ disk: point.disks[0]!.key, sink });
    await session.end();
    zeros(point.disks[0]!.capacity);
    console.log(`${name} ${hash.digest('hex')}`);
  }
  await vault.close();
}
