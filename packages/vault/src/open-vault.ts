import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Semaphore } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { type Description, parseDescription } from './description.ts';
import { vaultErrors } from './errors.ts';
import { packBytesMax, packBytesTarget } from './format.ts';
import { deriveKeys, type VaultKeys, vmIdOf } from './keys/derive.ts';
import { type KeySlot, parseKeySlot, unwrapMasterKey } from './keys/key-slot.ts';
import { BufferPool } from './pipeline/buffer-pool.ts';
import { WorkerPool } from './pipeline/worker-pool.ts';
import { listPoints, readPoint } from './point/list-points.ts';
import { restoreDisk } from './restore/restore-disk.ts';
import { beginBackupSession } from './session/backup-session.ts';
import { readNodes } from './tree/node-reader.ts';
import type { Vault, VaultDescription, VaultEnvironment, VaultKey, VaultResources } from './vault.ts';

/** An open vault as its own rooms see it. */
export interface OpenVault {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly description: Description;
  readonly environment: VaultEnvironment;
  readonly pool: WorkerPool;
  readonly buffers: { readonly packs: BufferPool; readonly segments: BufferPool };
}

const workersMax = 8;
const packBytesMin = 4 * 1024 * 1024;
const requestsAtOnce = 16;
const defaultExpectedBytes = 64 * 1024 ** 3;

/**
 * Opens a vault with one of its keys. The caller closes it; closing ends the threads.
 *
 * @throws `VAULT_ABSENT`, `VAULT_NOT_UNDERSTOOD`, `VAULT_KEY_WRONG`, `VAULT_ALTERED`, `RECOVERY_KEY_MALFORMED`
 */
export async function openVault(store: ObjectStore, key: VaultKey, environment: VaultEnvironment, resources: VaultResources = {}): Promise<Vault> {
  const { description, bytes } = await readDescription(store);
  const slots = await readKeySlots(store);
  const masterKey = await findMasterKey(slots, key, description.id, createHash('sha256').update(bytes).digest());
  const keys = deriveKeys(masterKey, description.id);
  return assemble(store, description, slots, keys, environment, resources);
}

async function readDescription(store: ObjectStore): Promise<{ description: Description; bytes: Uint8Array }> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get('vault.json');
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'STORE_ABSENT') throw cause;
    throw vaultErrors.create('VAULT_ABSENT', `There is no vault in ${store.description}.`, { cause });
  }
  return { description: parseDescription(bytes), bytes };
}

async function readKeySlots(store: ObjectStore): Promise<KeySlot[]> {
  const slots: KeySlot[] = [];
  for await (const { key } of store.list('keys/')) slots.push(parseKeySlot(key, await store.get(key)));
  return slots;
}

async function findMasterKey(slots: readonly KeySlot[], key: VaultKey, vaultId: string, descriptionHash: Uint8Array): Promise<Buffer> {
  for (const slot of slots) {
    const masterKey = await unwrapMasterKey(slot, key, vaultId, descriptionHash);
    if (masterKey !== undefined) return masterKey;
  }
  const what = 'passphrase' in key ? 'passphrase' : 'recovery key';
  throw vaultErrors.create('VAULT_KEY_WRONG', `The ${what} opens none of this vault’s ${slots.length} key slots.`);
}

function assemble(
  store: ObjectStore,
  description: Description,
  slots: readonly KeySlot[],
  keys: VaultKeys,
  environment: VaultEnvironment,
  resources: VaultResources,
): Vault {
  const workers = resources.workers ?? Math.min(workersMax, availableParallelism());
  const packBuffers = Math.max(2, resources.packBuffers ?? 3);
  const packBytes = Math.min(packBytesMax, Math.max(packBytesMin, resources.packBytes ?? packBytesTarget));
  const sessions = new Semaphore(packBuffers - 1);
  const requests = new Semaphore(requestsAtOnce);
  let open: OpenVault | undefined;
  // Threads and buffers are made when the first disk needs them: listing points costs neither.
  const started = (): OpenVault => {
    if (open !== undefined) return open;
    const packs = new BufferPool(packBuffers, packBytes);
    const segments = new BufferPool(resources.segmentBuffers ?? workers + 2, description.chunker.segmentBytes);
    const pool = new WorkerPool(workers, {
      packBuffers: packs.shared,
      segmentBuffers: segments.shared,
      chunkIdKey: keys.chunkId,
      dataKey: keys.data,
      chunker: description.chunker,
      chunkerSeed: keys.chunkerSeed,
      level: resources.compression ?? 'balanced',
      verifyEvery: resources.verifyEvery ?? 32,
    });
    open = { store, keys, description, environment, pool, buffers: { packs, segments } };
    return open;
  };
  return {
    description: describe(description, slots),
    store,
    vmId: (vcenterUuid, vmInstanceUuid) => vmIdOf(keys, vcenterUuid, vmInstanceUuid),
    points: (vmId) => listPoints(store, keys, vmId),
    point: (id) => readPoint(store, keys, id),
    beginSession: async ({ vmId, expectedBytes, signal }) => {
      const permit = await sessions.acquire();
      return beginBackupSession(started(), { vmId, expectedBytes: expectedBytes ?? defaultExpectedBytes, signal, onEnd: () => permit[Symbol.dispose]() });
    },
    restoreDisk: (options) => {
      const { pool, buffers } = started();
      return restoreDisk({ store, keys, segmentBytes: description.chunker.segmentBytes, buffers: buffers.segments, pool, requests }, options);
    },
    readFile: async (reference) => (await readNodes(store, keys, [reference]))[0]!,
    close: async () => open?.pool[Symbol.asyncDispose](),
  };
}

function describe(description: Description, slots: readonly KeySlot[]): VaultDescription {
  const { id, format, chunker, idAlgorithm, createdAt } = description;
  return { id, format, chunker, idAlgorithm, createdAt, keySlots: slots.map((slot) => ({ id: slot.id, kind: slot.kind })) };
}
