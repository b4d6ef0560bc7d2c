import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawSink } from '@holdfast/disks';
import { systemClock, systemRandom } from '@holdfast/kit';
import { startVsphereSimulator, type VmDescription, type VsphereSimulator, type VsphereSimulatorOptions } from '@holdfast/simulators';
import { localStore, type ObjectStore } from '@holdfast/store';
import { createVault, openVault, type RecoveryPoint, type Vault } from '@holdfast/vault';
import { connect, type Vcenter } from '@holdfast/vsphere';
import { type EngineEnvironment, linuxProcessIdentity, type ProtectOptions, protect, recoverDisk } from '../src/index.ts';

export const MiB = 1024 * 1024;
export const passphrase = 'for tests only';
export const account = { username: 'backup@vsphere.local', password: 'for-tests-only' };

export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly simulator: VsphereSimulator;
  readonly vcenter: Vcenter;
  readonly store: ObjectStore;
  readonly vault: Vault;
  readonly environment: EngineEnvironment;
  /** One backup of these VMs. */
  protect(vms: readonly string[], options?: Partial<ProtectOptions>): ReturnType<typeof protect>;
  /** One backup of one VM that must succeed. */
  point(vm: string, options?: Partial<ProtectOptions>): Promise<RecoveryPoint>;
  /** SHA-256 of every disk of a point, restored to raw files. */
  restoredHashes(point: RecoveryPoint): Promise<string[]>;
  nvram(point: RecoveryPoint): Promise<string>;
  /** SHA-256 of every disk of a VM as its guest sees it now. */
  guestHashes(vm: string): Promise<string[]>;
  /** Nothing of ours is left: no snapshot on the VM, no session in the vault. */
  leftovers(vm: string): Promise<{ snapshots: string[]; sessions: string[] }>;
}

export interface SceneOptions extends Partial<Omit<VsphereSimulatorOptions, 'folder'>> {
  readonly vms?: readonly VmDescription[];
  /** stands between the vault and the folder */
  readonly wrapStore?: (store: ObjectStore) => ObjectStore;
}

export const smallVm = (name: string, disks = 1, bytes = 24 * MiB): VmDescription => ({
  name,
  disks: Array.from({ length: disks }, () => ({ capacityBytes: bytes })),
  nics: [{ network: 'VM Network' }],
  firmware: 'efi',
  nvramBase64: Buffer.from(`uefi variables of ${name}`).toString('base64'),
});

/** A simulated vCenter, a vault in a folder, and a connection between them; all gone at the end. */
export async function openScene({ vms = [smallVm('web01')], wrapStore = (store) => store, ...options }: SceneOptions = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-engine-'));
  const simulator = await startVsphereSimulator({
    ...account,
    folder: join(folder, 'vcenter'),
    estate: { instanceUuid: randomUUID(), datacenters: [{ name: 'DC', vms }] },
    taskMs: 1,
    ...options,
  });
  const store = wrapStore(localStore(join(folder, 'vault'), { create: true }));
  const vaultEnvironment = { clock: systemClock, random: systemRandom, host: 'tests', version: '0' };
  await createVault(store, { passphrase, passphraseCost: { memoryKiB: 64, passes: 1, parallelism: 1 } }, vaultEnvironment);
  const vault = await openVault(store, { passphrase }, vaultEnvironment, { workers: 1, packBytes: 4 * MiB });
  const vcenter = await signIn(simulator);
  const environment = { clock: systemClock, random: systemRandom, identity: linuxProcessIdentity() };
  const run = (names: readonly string[], more: Partial<ProtectOptions> = {}) =>
    protect({ vcenter, vault, environment, selection: { patterns: names }, ...more });
  let files = 0;
  const fresh = async () => {
    await mkdir(join(folder, 'out'), { recursive: true });
    return join(folder, 'out', `${files++}.raw`);
  };
  return {
    folder,
    simulator,
    vcenter,
    store,
    vault,
    environment,
    protect: run,
    point: async (name, more) => {
      const { vms: done } = await run([name], more);
      const [one] = done;
      if (one === undefined) throw new Error(`${name} was not backed up`);
      if (one.outcome === 'failed') throw one.error;
      return one.point;
    },
    restoredHashes: async (point) => {
      const hashes: string[] = [];
      for (const disk of point.disks) {
        const file = await fresh();
        await recoverDisk({ vault, point, clock: systemClock, disk: disk.key, openSink: ({ capacity }) => rawSink(file, { capacity }) });
        hashes.push(await hashOf(file));
        await rm(file);
      }
      return hashes;
    },
    nvram: async (point) => {
      const session = await vault.beginRestore(point.id);
      try {
        return Buffer.from(await session.readFile('nvram')).toString();
      } finally {
        await session.end();
      }
    },
    guestHashes: async (name) => {
      const { disks } = await simulator.vm(name);
      const hashes: string[] = [];
      for (const index of disks.keys()) {
        const file = await fresh();
        await simulator.guest(name).exportDisk(index, file);
        hashes.push(await hashOf(file));
        await rm(file);
      }
      return hashes;
    },
    leftovers: async (name) => ({
      snapshots: (await simulator.vm(name)).snapshots.map((snapshot) => snapshot.name),
      sessions: await Array.fromAsync(store.list('sessions/'), ({ key }) => key),
    }),
    [Symbol.asyncDispose]: async () => {
      await vcenter[Symbol.asyncDispose]();
      await vault.close();
      await store.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const nothingLeft = { snapshots: [], sessions: [] };

function signIn(simulator: VsphereSimulator): Promise<Vcenter> {
  return connect({
    url: simulator.url,
    ...account,
    trust: { kind: 'thumbprint', sha256: simulator.thumbprintSha256 },
    clock: systemClock,
    random: systemRandom,
  });
}

/** Puts text that compresses, noise that doesn't, and a stretch of repeated pages on a disk. */
export async function fillDisk(simulator: VsphereSimulator, vm: string, disk: number, seed: number): Promise<void> {
  const guest = simulator.guest(vm);
  await guest.writeExtent(disk, MiB, randomBytes(3 * MiB));
  await guest.writeExtent(disk, 6 * MiB, Buffer.from(`line ${seed} of a log file\n`.repeat(60_000)));
  await guest.writeExtent(disk, 12 * MiB, Buffer.alloc(2 * MiB, `page ${seed}`));
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
