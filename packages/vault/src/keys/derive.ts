import { createHmac, hkdfSync } from 'node:crypto';

/** The keys of one vault, each for one use (docs/vault-format.md §4). 32 bytes each. */
export interface VaultKeys {
  readonly vaultId: string;
  readonly chunkId: Buffer;
  readonly nodeId: Buffer;
  readonly data: Buffer;
  readonly metadata: Buffer;
  readonly point: Buffer;
  readonly name: Buffer;
  readonly chunkerSeed: number;
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
    data: derive('data'),
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
