import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Semaphore } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { type Description, readDescription, takesMovers } from './description.ts';
import { vaultErrors } from './errors.ts';
import { packBytesMax, packBytesTarget } from './format.ts';
import { LocalIndex } from './index/local-index.ts';
import { keepInside } from './inside.ts';
import { deriveKeys, type VaultKeys, vmIdOf } from './keys/derive.ts';
import { readLockedVault, type StoredSlot, unlockAny } from './keys/stored-slots.ts';
import { checkImmutableDays, checkLockedVault } from './locks/lock-support.ts';
import { writtenOnce } from './locks/written-once.ts';
import { moverVaultKeys, parseMoverKey } from './mover/key-file.ts';
import { loadMovers } from './mover/list-movers.ts';
import { masterSigning } from './mover/signing.ts';
import { withConfiguration } from './mover/wrapped-files.ts';
import { readingKeys } from './pack/pack-keys.ts';
import { BufferPool } from './pipeline/buffer-pool.ts';
import { WorkerPool } from './pipeline/worker-pool.ts';
import { holdPoint, releasePoint } from './point/legal-hold.ts';
import { listPoints, readPoint } from './point/list-points.ts';
import { listMarks } from './point/point-mark.ts';
import { deletedPoints, deletePoint, undeletePoint } from './point/soft-delete.ts';
import { beginRestore } from './restore/restore-session.ts';
import { beginBackupSession } from './session/backup-session.ts';
import type { MoverKeyText, Vault, VaultDescription, VaultEnvironment, VaultKey, VaultResources } from './vault.ts';

/** An open vault as its own rooms see it. */
export interface OpenVault {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly description: Description;
  readonly environment: VaultEnvironment;
  readonly pool: WorkerPool;
  readonly buffers: { readonly packs: BufferPool; readonly segments: BufferPool };
  /** absent without a cache folder */
  readonly index: LocalIndex | undefined;
}

const workersMax = 8;
const packBytesMin = 4 * 1024 * 1024;
const requestsAtOnce = 16;
const defaultExpectedBytes = 64 * 1024 ** 3;

/**
 * Opens a vault with one of its keys. The caller closes it; closing ends the threads.
 *
 * @param key a mover's opens it for backups alone
 * @throws `VAULT_ABSENT`, `VAULT_NOT_UNDERSTOOD`, `VAULT_KEY_WRONG`, `VAULT_ALTERED`, `RECOVERY_KEY_MALFORMED`, `MOVER_KEY_MALFORMED`, `MOVER_KEY_WRONG`,
 *   `LOCKS_UNSUPPORTED`
 */
export async function openVault(
  given: ObjectStore,
  key: VaultKey | MoverKeyText,
  environment: VaultEnvironment,
  resources: VaultResources = {},
): Promise<Vault> {
  const store = await writtenOnce(given);
  if ('moverKey' in key) return await openForMover(store, key, environment, resources);
  const locked = await readLockedVault(store);
  const { description, descriptionHash, slots } = locked;
  checkLockedVault(store, description);
  const { masterKey } = await unlockAny(locked, key);
  const keys = await keysOfMaster(store, description, masterKey);
  masterKey.fill(0);
  return keepInside(assemble(store, description, slots, keys, environment, resources), { store, keys, description, descriptionHash, environment });
}

async function keysOfMaster(store: ObjectStore, description: Description, masterKey: Buffer): Promise<VaultKeys> {
  const keys = deriveKeys(masterKey, description.id);
  if (!takesMovers(description)) return keys;
  const signed = { ...keys, signing: masterSigning(masterKey, description.id) };
  await loadMovers(store, signed);
  return signed;
}

/** Neither reads nor needs a key slot: a mover's user of the store needn't be able to. */
async function openForMover(
  store: ObjectStore,
  { moverKey, moverPassphrase }: MoverKeyText,
  environment: VaultEnvironment,
  resources: VaultResources,
): Promise<Vault> {
  const { description, bytes } = await readDescription(store);
  checkLockedVault(store, description);
  const mover = await parseMoverKey(moverKey, moverPassphrase);
  if (mover.vaultId !== description.id)
    throw vaultErrors.create(
      'MOVER_KEY_WRONG',
      `The key of the mover ${mover.name} is for vault ${mover.vaultId}; ${store.description} holds ${description.id}.`,
    );
  const descriptionHash = createHash('sha256').update(bytes).digest();
  if (!descriptionHash.equals(mover.secrets.description))
    throw vaultErrors.create('VAULT_ALTERED', '`vault.json` isn’t the one that this mover’s key was made for.');
  const keys = moverVaultKeys(mover);
  await loadMovers(store, { ...keys, signing: keys.signing! });
  const { id, name } = mover;
  const vault = { ...assemble(store, description, [], keys, environment, resources), mover: { id, name } };
  return keepInside(vault, { store, keys, description, descriptionHash, environment });
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
    const index = resources.cacheFolder === undefined ? undefined : new LocalIndex(resources.cacheFolder, { store, keys, environment });
    open = { store, keys, description, environment, pool, buffers: { packs, segments }, index };
    return open;
  };
  // What a mover's key can't do is refused before anything is asked of the store.
  const reading = (what: string) => {
    readingKeys(keys, what);
    return keys;
  };
  return {
    description: describe(description, slots),
    store,
    vmId: (vcenterUuid, vmInstanceUuid) => vmIdOf(keys, vcenterUuid, vmInstanceUuid),
    points: (vmId) => listPoints(store, keys, vmId),
    point: (id) => readPoint(store, keys, id),
    withConfiguration: (point) => withConfiguration(store, keys, point),
    deletePoint: async (id, reason) => deletePoint({ store, keys: reading('Deleting points'), environment }, id, reason),
    undeletePoint: async (id) => undeletePoint({ store, keys: reading('Bringing points back'), environment }, id),
    deletedPoints: (vmId) => deletedPoints({ store, keys }, vmId),
    holdPoint: async (id, reason) => holdPoint({ store, keys: reading('Holding points'), environment }, id, reason),
    releasePoint: async (id) => releasePoint({ store, keys: reading('Releasing points'), environment }, id),
    heldPoints: (vmId) => listMarks({ store, keys }, 'holds', vmId),
    beginSession: async ({ vmId, expectedBytes, immutableDays, signal }) => {
      if (immutableDays !== undefined) checkImmutableDays(description, immutableDays);
      const permit = await sessions.acquire();
      const expected = expectedBytes ?? defaultExpectedBytes;
      return beginBackupSession(started(), { vmId, expectedBytes: expected, immutableDays, signal, onEnd: () => permit[Symbol.dispose]() });
    },
    beginRestore: async (pointId) => beginRestore({ store, keys: reading('Restoring'), environment, description, requests, started }, pointId),
    close: async () => {
      await open?.pool[Symbol.asyncDispose]();
      open?.index?.[Symbol.dispose]();
    },
  };
}

function describe(description: Description, slots: readonly StoredSlot[]): VaultDescription {
  const { id, format, chunker, idAlgorithm, createdAt, immutability } = description;
  return {
    id,
    format,
    chunker,
    idAlgorithm,
    createdAt,
    ...(immutability !== undefined && { immutability }),
    takesMovers: takesMovers(description),
    keySlots: slots.map(({ id, kind, state }) => ({ id, kind: kind ?? state })),
  };
}
