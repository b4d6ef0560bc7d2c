/**
 * The child process of the benchmark: `create` makes a vault in a local folder, `backup` puts one full backup of a raw image into it,
 * `verify` restores that and compares it with the image. The file stands in for a VM's disk; everything behind it is the product.
 */
import { open, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fileSource } from '@holdfast/disks';
import { MiB, systemClock, systemRandom } from '@holdfast/kit';
import { localStore } from '@holdfast/store';
import { createVault, type DiskStatistics, isReadable, openVault, type PointDraft, type WritableDisk } from '@holdfast/vault';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { image: { type: 'string', default: '' }, vault: { type: 'string', default: '' } },
});
const environment = { clock: systemClock, random: systemRandom, host: 'bench', version: 'bench' };
const passphrase = process.env.HOLDFAST_BENCH_PASSPHRASE ?? '';

const verbs: Readonly<Record<string, () => Promise<void>>> = { version, create, backup, verify };
await (verbs[positionals[0] ?? ''] ?? version)();

async function version(): Promise<void> {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  console.log(manifest.version);
}

async function create(): Promise<void> {
  await createVault(localStore(values.vault, { create: true }), { passphrase }, environment);
}

async function backup(): Promise<void> {
  const vault = await openVault(localStore(values.vault), { passphrase }, environment);
  const source = await fileSource(values.image);
  const session = await vault.beginSession({ vmId: vault.vmId('bench', 'image'), expectedBytes: source.capacity });
  const { map, statistics } = await session.writeDisk({ source, extents: source.extents() });
  await session.commit(draftOf(source.capacity, map, statistics));
  await session.end();
  await source.close();
  await vault.close();
  console.log(JSON.stringify(statistics));
}

function draftOf(capacity: number, map: PointDraft['disks'][number]['map'], statistics: DiskStatistics): PointDraft {
  return {
    vm: { name: 'image', vcenter: 'bench', instanceUuid: 'image' },
    takenAt: new Date(systemClock.now()).toISOString(),
    consistency: { asked: 'crash', got: 'crash' },
    disks: [{ key: 2000, label: 'image', capacity, identity: {}, map, mode: 'full', transport: { mode: 'file' }, statistics }],
    excluded: [],
    configuration: {},
    files: {},
  };
}

/** Compares as the bytes come: what was restored is the image, and what was not written is zero in it. */
async function verify(): Promise<void> {
  const vault = await openVault(localStore(values.vault), { passphrase }, environment);
  await using image = await open(values.image);
  const { size } = await image.stat();
  let position = 0;
  const expect = async (bytes: Uint8Array) => {
    const original = Buffer.alloc(bytes.length);
    await image.read(original, 0, original.length, position);
    if (!original.equals(bytes)) throw new Error(`the restored bytes at ${position} differ from the image`);
    position += bytes.length;
  };
  const expectZeros = async (end: number) => {
    while (position < end) await expect(Buffer.alloc(Math.min(MiB, end - position)));
  };
  const sink: WritableDisk = {
    order: 'ascending',
    write: async (offset, bytes) => {
      await expectZeros(offset);
      await expect(bytes);
    },
    zero: (offset, length) => expectZeros(offset + length),
  };
  for await (const point of vault.points()) {
    if (!isReadable(point)) continue;
    const session = await vault.beginRestore(point.id);
    await session.restoreDisk({ disk: point.disks[0]!.key, sink });
    await session.end();
  }
  await vault.close();
  if (position === 0) throw new Error('the vault holds no point that can be read');
  await expectZeros(size);
}
