import { createHash } from 'node:crypto';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { parseIndexKey } from '../index/index-names.ts';
import { insideOf, type VaultInside } from '../inside.ts';
import type { PassphraseCost } from '../keys/key-encryption.ts';
import { readingKeys } from '../pack/pack-keys.ts';
import { parsePointId } from '../point/manifest.ts';
import { openSigned, sealObject } from '../sealed-object.ts';
import { putOnce } from '../session/put-once.ts';
import type { Vault } from '../vault.ts';
import { formatMoverKey, type MoverKey } from './key-file.ts';
import { loadMovers, moverRecordKey, removalRecordKey, type UnreadableMover } from './list-movers.ts';
import { rawPublicKey, secretKeyOf } from './raw-keys.ts';
import type { VaultSigning } from './signing.ts';
import { currentEpoch, epochPublicKey } from './wrapped-key.ts';

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export interface MoverEntry {
  readonly id: string;
  readonly name: string;
  readonly addedAt: string;
  /** ISO 8601; absent while it is one of ours */
  readonly removedAt?: string;
}

interface Managed extends VaultInside {
  readonly signing: VaultSigning;
  readonly packOpen: Buffer;
}

/** @throws `VAULT_WRITE_ONLY`, `VAULT_WITHOUT_MOVERS` */
function managed(vault: Vault): Managed {
  const inside = insideOf(vault);
  const { packOpen } = readingKeys(inside.keys, 'Managing movers');
  const { signing } = inside.keys;
  if (signing !== undefined) return { ...inside, signing, packOpen };
  throw vaultErrors.create('VAULT_WITHOUT_MOVERS', `The vault in ${inside.store.description} wasn’t created for write-only movers.`, {
    did: 'Nothing was done.',
  });
}

const load = ({ store, keys, signing }: Managed) => loadMovers(store, { ...keys, signing });

export async function listMovers(vault: Vault): Promise<{ movers: MoverEntry[]; unreadable: UnreadableMover[] }> {
  const inside = managed(vault);
  const unreadable = await load(inside);
  const movers = [...inside.signing.movers.values()].map(({ id, name, addedAt, removed }) => ({
    id,
    name,
    addedAt,
    ...(removed === undefined ? {} : { removedAt: removed.at }),
  }));
  return { movers: movers.sort((a, b) => (a.addedAt < b.addedAt ? -1 : 1)), unreadable };
}

export interface AddMoverOptions {
  readonly name: string;
  /** seals the key file; without it, the text is as secret as a password */
  readonly passphrase?: string | undefined;
  /** Takes the text of the key file to its place. The mover counts from when this is done: a crash before leaves a key that nobody heeds. */
  deliver(keyFile: string): Promise<void>;
  /** lower only in tests */
  readonly passphraseCost?: PassphraseCost | undefined;
}

/**
 * Makes the key of a new write-only mover and lists the mover in the vault.
 *
 * @throws `MOVER_NAME`, `MOVER_EXISTS`, `VAULT_WITHOUT_MOVERS`, `VAULT_WRITE_ONLY`
 */
export async function addMover(vault: Vault, { name, passphrase, deliver, passphraseCost }: AddMoverOptions): Promise<MoverEntry> {
  const inside = managed(vault);
  if (!namePattern.test(name)) throw vaultErrors.create('MOVER_NAME', `“${name}” can’t be a mover’s name.`, { did: 'Nothing was done.' });
  await load(inside);
  const { store, keys, environment, signing, packOpen, descriptionHash } = inside;
  if ([...signing.movers.values()].some((mover) => mover.name === name && mover.removed === undefined))
    throw vaultErrors.create('MOVER_EXISTS', `The vault has a mover ${name} already.`, { did: 'Nothing was done.' });
  const { random, clock, host } = environment;
  const id = Buffer.from(random.bytes(16)).toString('hex');
  const addedAt = new Date(clock.now()).toISOString();
  const signer = Buffer.from(random.bytes(32));
  const { chunkId, chunkerSeed, nodeId, metadata, point } = keys;
  const secrets: MoverKey['secrets'] = {
    description: Buffer.from(descriptionHash),
    chunkId,
    chunkerSeed,
    nodeId,
    metadata,
    point,
    name: keys.name,
    wrapTo: epochPublicKey(packOpen, keys.vaultId, currentEpoch),
    vaultSigner: rawPublicKey(signing.vaultKey),
    signer,
  };
  await deliver(
    await formatMoverKey({ vaultId: keys.vaultId, id, name, createdAt: addedAt, epoch: currentEpoch, secrets }, random, passphrase, passphraseCost),
  );
  const key = moverRecordKey(id);
  const record = { name, publicKey: rawPublicKey(secretKeyOf('ed25519', signer)).toString('base64'), addedAt, by: host };
  await putOnce(store, key, sealObject(keys, { kind: 'HFMOVER1', key }, Buffer.from(JSON.stringify(record)), random));
  await load(inside);
  return { id, name, addedAt };
}

/**
 * Takes a mover off the list. What it has written so far stays its own, named one by one with its hash; whatever comes after that,
 * or in its place, counts no more. The credentials that let it write to the store are withdrawn elsewhere.
 *
 * @param mover its name or id
 * @throws `MOVER_ABSENT`, `VAULT_WITHOUT_MOVERS`, `VAULT_WRITE_ONLY`
 */
export async function removeMover(vault: Vault, mover: string): Promise<MoverEntry & { readonly objects: number }> {
  const inside = managed(vault);
  await load(inside);
  const { store, keys, environment, signing } = inside;
  const found = [...signing.movers.values()].find(({ id, name, removed }) => removed === undefined && (id === mover || name === mover));
  if (found === undefined) throw vaultErrors.create('MOVER_ABSENT', `The vault has no mover ${mover}.`, { did: 'Nothing was done.' });
  const objects = await objectsOf(inside, found.id);
  const key = removalRecordKey(found.id);
  const removedAt = new Date(environment.clock.now()).toISOString();
  const record = { at: removedAt, by: environment.host, objects };
  await putOnce(store, key, sealObject(keys, { kind: 'HFMOVEX1', key }, Buffer.from(JSON.stringify(record)), environment.random));
  await load(inside);
  const { id, name, addedAt } = found;
  return { id, name, addedAt, removedAt, objects: Object.keys(objects).length };
}

/** Points and index segments that this mover signed, with the SHA-256 of each. */
async function objectsOf({ store, keys }: VaultInside, id: string): Promise<Record<string, string>> {
  const objects: Record<string, string> = {};
  for (const [prefix, kind] of [
    ['points/', 'HFPOINT1'],
    ['index/', 'HFINDEX1'],
  ] as const) {
    for await (const { key } of store.list(prefix)) {
      const { sessionId } = parsePointId(key) ?? parseIndexKey(key) ?? {};
      if (sessionId === undefined) continue;
      const bytes = await getIfThere(store, key);
      if (bytes === undefined) continue;
      try {
        const { provenance } = openSigned(keys, { kind, key, sessionId }, bytes);
        if (provenance?.state === 'mover' && provenance.id === id) objects[key] = createHash('sha256').update(bytes).digest('hex');
      } catch (error) {
        if (!vaultErrors.is(error, 'OBJECT_DAMAGED')) throw error; // a fence, or damaged: nothing that counts as the mover's
      }
    }
  }
  return objects;
}

async function getIfThere(store: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ABSENT') return undefined; // collected since it was listed
    throw error;
  }
}
