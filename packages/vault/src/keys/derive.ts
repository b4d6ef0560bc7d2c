import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import type { VaultSigning } from '../mover/signing.ts';

/**
 * What opens data packs. Whoever holds the master key reads them: those sealed under the data key, and those whose key is wrapped
 * to one of the vault's key pairs, all of which come from one root. A write-only mover holds the public half of a pair.
 */
export type ContentKeys =
  | { readonly access: 'read'; readonly data: Buffer; readonly packOpen: Buffer }
  | { readonly access: 'write-only'; readonly epoch: number; readonly publicKey: KeyObject };

/** The keys of one vault, each for one use (docs/vault-format.md §4). 32 bytes each. */
export interface VaultKeys {
  readonly vaultId: string;
  readonly chunkId: Buffer;
  readonly nodeId: Buffer;
  readonly content: ContentKeys;
  readonly metadata: Buffer;
  readonly point: Buffer;
  readonly name: Buffer;
  readonly chunkerSeed: number;
  /** in vaults that take write-only movers: who signs, and whose signatures count */
  readonly signing?: VaultSigning | undefined;
}

export function hkdf(key: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, 32));
}

export function deriveKeys(masterKey: Uint8Array, vaultId: string): VaultKeys {
  const salt = Buffer.from(vaultId, 'hex');
  const derive = (use: string) => hkdf(masterKey, salt, `holdfast/1/${use}`);
  return {
    vaultId,
    chunkId: derive('chunk-id'),
    nodeId: derive('node-id'),
    content: { access: 'read', data: derive('data'), packOpen: derive('pack-open') },
    metadata: derive('metadata'),
    point: derive('point'),
    name: derive('name'),
    chunkerSeed: derive('chunker').readUInt32LE(0),
  };
}

/** Stable for the same VM, meaningless to whoever holds no key. */
export function vmIdOf(keys: VaultKeys, vcenterUuid: string, vmInstanceUuid: string): string {
  const name = `${vcenterUuid.toLowerCase()}/${vmInstanceUuid.toLowerCase()}`;
  return createHmac('sha256', keys.name).update(name).digest('hex').slice(0, 32);
}
