import { createHmac, createSecretKey } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { forwardsOf } from '../forward/forwards.ts';
import type { VaultKeys } from '../keys/derive.ts';
import type { FileReference, PointDraft, RecoveryPoint } from '../model.ts';
import { packKey } from '../pack/layout.ts';
import { type FinishedPack, MetaPackWriter } from '../pack/meta-pack.ts';
import { packKeys } from '../pack/pack-keys.ts';
import { openSlot } from '../pack/seal.ts';
import { readNodes, translate } from '../tree/node-reader.ts';

/** Random bytes in front of a file in a data pack: without them, its id would let a mover's thief try passwords that it may hold. */
const saltBytes = 32;
/** Under this name, a point keeps the configuration that its manifest doesn't show. */
const configurationFile = 'configuration';

/** Where one session's small files go. */
export interface FileWriter {
  add(bytes: Uint8Array): FileReference;
  /** A draft as its manifest may show it. */
  keep(draft: PointDraft): PointDraft;
  finish(): void;
}

/**
 * Whoever can read keeps files in metadata packs and the configuration in the manifest. A write-only mover could read both again,
 * and both hold secrets, a virtual TPM's for one: it puts them into a data pack of their own, wrapped like the others.
 */
export function fileWriter(keys: VaultKeys, random: Random, meta: MetaPackWriter, onFinished: (pack: FinishedPack) => void): FileWriter {
  if (keys.content.access === 'read') return { add: (bytes) => meta.add(Buffer.from(bytes)), keep: (draft) => draft, finish: () => {} };
  const packs = new MetaPackWriter(keys, random, onFinished, 'data');
  const add = (bytes: Uint8Array): FileReference => ({ ...packs.add(Buffer.concat([random.bytes(saltBytes), bytes])), in: 'data' });
  return {
    add,
    keep: (draft) => {
      const { configuration, ...shown } = draft;
      const kept = add(Buffer.from(JSON.stringify(configuration ?? null)));
      return { ...shown, configuration: null, files: { ...draft.files, [configurationFile]: kept } };
    },
    finish: () => packs.finish(),
  };
}

/** A point as its restore needs it: with the configuration, wherever that lies. */
export async function withConfiguration(store: ObjectStore, keys: VaultKeys, point: RecoveryPoint): Promise<RecoveryPoint> {
  const kept = point.files[configurationFile];
  if (kept?.in !== 'data') return point;
  const bytes = await readFile(store, keys, kept);
  return { ...point, configuration: JSON.parse(Buffer.from(bytes).toString('utf8')) };
}

/** @throws `PACK_ABSENT`, `PACK_DAMAGED`, `VAULT_WRITE_ONLY` */
export async function readFile(store: ObjectStore, keys: VaultKeys, reference: FileReference): Promise<Uint8Array> {
  if (reference.in !== 'data') return (await readNodes(store, keys, [reference]))[0]!;
  return forwardsOf(store, keys).readFollowing(reference, (place) => readWrapped(store, keys, place));
}

async function readWrapped(store: ObjectStore, keys: VaultKeys, { pack, slot, offset, length, id }: FileReference): Promise<Uint8Array> {
  const key = packKey('data', pack);
  const cipherKey = createSecretKey(await packKeys(store, keys).of(pack));
  let fetched: Buffer;
  try {
    fetched = Buffer.from(await store.get(key, { range: { offset, length } }));
  } catch (cause) {
    throw translate(cause, key);
  }
  const opened = openSlot(fetched, slot, cipherKey);
  if (opened === undefined || createHmac('sha256', keys.chunkId).update(opened.plain).digest('hex') !== id || opened.plain.length < saltBytes)
    throw vaultErrors.create('PACK_DAMAGED', `Slot ${slot} of ${key} isn’t what was written there.`, { subject: { object: key, slot } });
  return opened.plain.subarray(saltBytes);
}
