import { availableParallelism } from 'node:os';
import { Semaphore } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import type { Description } from './description.ts';
import { packBytesMax, packBytesTarget } from './format.ts';
import { keepInside } from './inside.ts';
import { deriveKeys, type VaultKeys, vmIdOf } from './keys/derive.ts';
import { readLockedVault, type StoredSlot, unlockAny } from './keys/stored-slots.ts';
import { BufferPool } from './pipeline/buffer-pool.ts';
import { WorkerPool } from './pipeline/worker-pool.ts';
import { holdPoint, releasePoint } from './point/legal-hold.ts';
import { listPoints, readPoint } from './point/list-points.ts';
import { listMarks } from './point/point-mark.ts';
import { deletedPoints, deletePoint, undeletePoint } from './point/soft-delete.ts';
import { beginRestore } from './restore/restore-session.ts';
import { beginBackupSession } from './session/backup-session.ts';
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
  const locked = await readLockedVault(store);
  const { masterKey } = await unlockAny(locked, key);
  const keys = deriveKeys(masterKey, locked.description.id);
  const inside = { store, keys, description: locked.description, descriptionHash: locked.descriptionHash, environment };
  return keepInside(assemble(store, locked.description, locked.slots, keys, environment, resources), inside);
}

function assemble(
  store: ObjectStore,
  description: Description,
  slots: readonly StoredSlot[],
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
    deletePoint: (id, reason) => deletePoint({ store, keys, environment }, id, reason),
    undeletePoint: (id) => undeletePoint({ store, keys, environment }, id),
    deletedPoints: (vmId) => deletedPoints({ store, keys }, vmId),
    holdPoint: (id, reason) => holdPoint({ store, keys, environment }, id, reason),
    releasePoint: (id) => releasePoint({ store, keys, environment }, id),
    heldPoints: (vmId) => listMarks({ store, keys }, 'holds', vmId),
    beginSession: async ({ vmId, expectedBytes, signal }) => {
      const permit = await sessions.acquire();
      return beginBackupSession(started(), { vmId, expectedBytes: expectedBytes ?? defaultExpectedBytes, signal, onEnd: () => permit[Symbol.dispose]() });
    },
    beginRestore: (pointId) => beginRestore({ store, keys, environment, description, requests, started }, pointId),
    close: async () => open?.pool[Symbol.asyncDispose](),
  };
}

function describe(description: Description, slots: readonly StoredSlot[]): VaultDescription {
  const { id, format, chunker, idAlgorithm, createdAt } = description;
  return { id, format, chunker, idAlgorithm, createdAt, keySlots: slots.map(({ id, kind, state }) => ({ id, kind: kind ?? state })) };
}
