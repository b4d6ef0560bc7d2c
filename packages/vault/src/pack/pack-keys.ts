import type { KeyObject } from 'node:crypto';
import type { Random } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { packHeaderBytes } from '../format.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { epochOf, epochSecretKey, unwrapPackKey, wrapOf, wrapPackKey } from '../mover/wrapped-key.ts';
import { translate } from '../tree/node-reader.ts';
import { type PackKind, packKey, writePackHeader } from './layout.ts';
import { derivedPackKey } from './seal.ts';

/** @throws `VAULT_WRITE_ONLY` where the vault was opened with a mover's key */
export function readingKeys(keys: VaultKeys, what: string): Extract<VaultKeys['content'], { access: 'read' }> {
  if (keys.content.access === 'read') return keys.content;
  throw vaultErrors.create('VAULT_WRITE_ONLY', `${what} takes the passphrase or a recovery key: the key of a write-only mover opens no content.`, {
    did: 'Nothing was done.',
  });
}

/** Writes the header of a new pack and returns its key: 32 bytes, which the caller overwrites when the pack is sealed. */
export function beginPack(keys: VaultKeys, random: Random, kind: PackKind, packId: string, into: Buffer): Buffer {
  writePackHeader(into, keys.vaultId, packId, kind);
  if (kind === 'meta') return derivedPackKey(keys.metadata, packId);
  if (keys.content.access === 'read') return derivedPackKey(keys.content.data, packId);
  const key = Buffer.from(random.bytes(32));
  wrapPackKey(into, keys.content.epoch, keys.content.publicKey, key, random.bytes(32));
  return key;
}

/** The header that a pack has, as far as that is known without reading it: of a wrapped pack all but the wrapped key. */
export function isHeaderOf(header: Buffer, keys: VaultKeys, kind: PackKind, packId: string): boolean {
  const expected = Buffer.alloc(packHeaderBytes);
  writePackHeader(expected, keys.vaultId, packId, kind);
  if (header.length !== packHeaderBytes) return false;
  if (kind === 'data' && keys.signing !== undefined && wrapOf(header) === 'wrapped')
    return header.subarray(0, 41).equals(expected.subarray(0, 41)) && header.readUInt16LE(42) === 0;
  return header.equals(expected);
}

const secretKeysMax = 64;
const secretKeys = new WeakMap<Uint8Array, Map<number, KeyObject>>();

/** Of a vault's root. Pairs are few; a forger who invents many costs their making, not memory. */
function secretKeyOfEpoch(packOpen: Buffer, vaultId: string, epoch: number): KeyObject {
  const known = secretKeys.get(packOpen) ?? new Map<number, KeyObject>();
  secretKeys.set(packOpen, known);
  let secret = known.get(epoch);
  if (secret === undefined) {
    if (known.size === secretKeysMax) known.clear();
    secret = epochSecretKey(packOpen, vaultId, epoch);
    known.set(epoch, secret);
  }
  return secret;
}

/**
 * The key of a pack that is there already, or `undefined` when its header wraps one that doesn't open.
 *
 * @param header only asked of data packs, in vaults that take write-only movers
 * @throws `VAULT_WRITE_ONLY`
 */
export function existingPackKey(keys: VaultKeys, kind: PackKind, packId: string, header: Buffer | undefined): Buffer | undefined {
  if (kind === 'meta') return derivedPackKey(keys.metadata, packId);
  const { data, packOpen } = readingKeys(keys, 'Reading data packs');
  // A header that says neither is damaged; the key that most packs have may still open what is behind it.
  if (keys.signing === undefined || header === undefined || wrapOf(header) !== 'wrapped') return derivedPackKey(data, packId);
  if (!isHeaderOf(header, keys, kind, packId)) return undefined;
  return unwrapPackKey(header, secretKeyOfEpoch(packOpen, keys.vaultId, epochOf(header)));
}

/** About 4 MiB; a TiB of packs. */
const remembered = 16_384;

const ofVaults = new WeakMap<VaultKeys, PackKeys>();

/** Those of an open vault. */
export function packKeys(store: ObjectStore, keys: VaultKeys): PackKeys {
  const known = ofVaults.get(keys) ?? new PackKeys(store, keys);
  ofVaults.set(keys, known);
  return known;
}

/** Keys of data packs as restores need them: one read of 128 bytes and one X25519 a pack, where the vault takes write-only movers. */
class PackKeys {
  readonly #store: ObjectStore;
  readonly #keys: VaultKeys;
  readonly #known = new Map<string, Promise<Buffer>>();

  constructor(store: ObjectStore, keys: VaultKeys) {
    this.#store = store;
    this.#keys = keys;
  }

  /** @throws `PACK_ABSENT`, `PACK_DAMAGED` when the wrapped key doesn't open; `VAULT_WRITE_ONLY` */
  async of(packId: string, signal?: AbortSignal): Promise<Buffer> {
    if (this.#keys.signing === undefined) return existingPackKey(this.#keys, 'data', packId, undefined)!;
    const known = this.#known.get(packId);
    if (known !== undefined) return known;
    const reading = this.#read(packId, signal);
    this.#known.set(packId, reading);
    // One that failed is asked again: the next restore may have better luck with the store.
    reading.catch(() => this.#known.delete(packId));
    if (this.#known.size > remembered) this.#known.delete(this.#known.keys().next().value!);
    return reading;
  }

  async #read(packId: string, signal?: AbortSignal): Promise<Buffer> {
    readingKeys(this.#keys, 'Reading data packs');
    const key = packKey('data', packId);
    let header: Buffer;
    try {
      header = Buffer.from(await this.#store.get(key, { range: { offset: 0, length: packHeaderBytes }, signal }));
    } catch (cause) {
      throw translate(cause, key);
    }
    const opened = existingPackKey(this.#keys, 'data', packId, header);
    if (opened !== undefined) return opened;
    throw vaultErrors.create('PACK_DAMAGED', `The header of ${key} isn’t what was written: the key that it wraps doesn’t open.`, { subject: { object: key } });
  }
}
