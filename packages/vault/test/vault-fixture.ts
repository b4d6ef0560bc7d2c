import { createHash, randomBytes } from 'node:crypto';
import { systemClock, systemRandom } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import {
  createVault,
  openVault,
  type PointDraft,
  type ReadableDisk,
  type Vault,
  type VaultEnvironment,
  type VaultResources,
  type WritableDisk,
} from '../src/index.ts';
import { expectSound } from './expect-sound.ts';

export const environment: VaultEnvironment = { clock: systemClock, random: systemRandom, host: 'test', version: '0' };
export const passphrase = 'correct horse battery staple';
/** Cheap on purpose: these tests aren't about guessing. */
export const passphraseCost = { memoryKiB: 64, passes: 1, parallelism: 1 };

export interface TestVault extends AsyncDisposable {
  readonly store: ObjectStore;
  readonly vault: Vault;
  readonly recoveryKey: string;
}

interface TestVaultOptions {
  readonly store?: ObjectStore;
  readonly chunker?: 'page-cdc' | 'grid';
  readonly resources?: VaultResources;
  /** false where the test damages the vault, or its store, on purpose */
  readonly sound?: boolean;
}

/** Read to the last byte and compared with itself when the test is over, unless it isn’t meant to be sound. */
export async function testVault(options: TestVaultOptions = {}): Promise<TestVault> {
  const store = options.store ?? memoryStore();
  const { recoveryKey } = await createVault(store, { passphrase, passphraseCost, chunker: options.chunker }, environment);
  const vault = await openVault(store, { passphrase }, environment, { workers: 2, packBytes: 4 * 1024 * 1024, ...options.resources });
  const dispose = async () => {
    try {
      if (options.sound !== false) await expectSound(vault);
    } finally {
      await vault.close();
    }
  };
  return { store, vault, recoveryKey, [Symbol.asyncDispose]: dispose };
}

/** A disk in memory that remembers what was read of it. */
export interface TestDisk extends ReadableDisk {
  readonly bytes: Buffer;
  readonly reads: { offset: number; length: number }[];
}

export function testDisk(bytes: Buffer): TestDisk {
  const reads: { offset: number; length: number }[] = [];
  return {
    capacity: bytes.length,
    bytes,
    reads,
    read: async (offset, into) => {
      reads.push({ offset, length: into.length });
      into.set(bytes.subarray(offset, offset + into.length));
    },
  };
}

/** Content like a file system's: runs of random, repetitive, repeated and zero bytes. */
export function diskBytes(capacity: number, random: () => number = Math.random): Buffer {
  const bytes = Buffer.alloc(capacity);
  const shared = randomBytes(64 * 1024);
  for (let offset = 0; offset < capacity; ) {
    const length = Math.min(capacity - offset, 512 * (1 + Math.floor(random() * 1500)));
    const kind = random();
    const run = bytes.subarray(offset, offset + length);
    if (kind < 0.35) randomBytes(length).copy(run);
    else if (kind < 0.6) run.fill(`line ${Math.floor(random() * 1e6)} of a log that compresses well\n`);
    else if (kind < 0.7) for (let at = 0; at < length; at += shared.length) shared.copy(run, at, 0, Math.min(shared.length, length - at));
    offset += length;
  }
  // Never a disk of zeros, however the dice fall.
  randomBytes(Math.min(capacity, 64 * 1024)).copy(bytes);
  return bytes;
}

export async function* whole(capacity: number): AsyncGenerator<{ offset: number; length: number }> {
  yield { offset: 0, length: capacity };
}

async function* these(extents: readonly { offset: number; length: number }[]): AsyncGenerator<{ offset: number; length: number }> {
  yield* extents;
}

export function memorySink(capacity: number, order: 'any' | 'ascending' = 'any'): WritableDisk & { readonly bytes: Buffer; readonly writes: number[] } {
  const bytes = Buffer.alloc(capacity);
  const writes: number[] = [];
  return {
    order,
    bytes,
    writes,
    write: async (offset, from) => {
      writes.push(offset);
      bytes.set(from, offset);
    },
    zero: async (offset, length) => void bytes.fill(0, offset, offset + length),
  };
}

export function draft(name: string, map: PointDraft['disks'][number]['map'], statistics: PointDraft['disks'][number]['statistics']): PointDraft {
  return {
    vm: { name, vcenter: 'vc', instanceUuid: name },
    takenAt: '2026-01-01T00:00:00.000Z',
    consistency: { asked: 'crash', got: 'crash' },
    disks: [{ key: 2000, label: 'Hard disk 1', capacity: map.capacity, identity: {}, map, mode: 'full', transport: { mode: 'memory' }, statistics }],
    excluded: [],
    configuration: { version: 1 },
    files: {},
  };
}

/** Backs one disk up as the point of one VM. */
export async function backUp(vault: Vault, name: string, disk: ReadableDisk, changed?: readonly { offset: number; length: number }[]) {
  const session = await vault.beginSession({ vmId: vault.vmId('vc', name) });
  try {
    const base = changed === undefined ? undefined : session.base?.disks[0]?.map;
    const { map, statistics } = await session.writeDisk({ source: disk, extents: changed === undefined ? whole(disk.capacity) : these(changed), base });
    return { point: await session.commit(draft(name, map, statistics)), statistics };
  } finally {
    await session.end();
  }
}

export async function restored(vault: Vault, pointId: string, order: 'any' | 'ascending' = 'any'): Promise<Buffer> {
  const session = await vault.beginRestore(pointId);
  const { key, capacity } = session.point.disks[0]!;
  const sink = memorySink(capacity, order);
  try {
    await session.restoreDisk({ disk: key, sink });
  } finally {
    await session.end();
  }
  if (order === 'ascending' && sink.writes.some((offset, index) => index > 0 && offset <= sink.writes[index - 1]!))
    throw new Error('writes were not ascending');
  return sink.bytes;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
