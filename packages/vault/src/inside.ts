import type { ObjectStore } from '@holdfast/store';
import type { Description } from './description.ts';
import type { VaultKeys } from './keys/derive.ts';
import type { Vault, VaultEnvironment } from './vault.ts';

/** What this room keeps of an open vault beside its public face: keys never leave the room. */
export interface VaultInside {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  readonly description: Description;
  /** SHA-256 of `vault.json` as it was when the vault was opened */
  readonly descriptionHash: Uint8Array;
  readonly environment: VaultEnvironment;
}

const insides = new WeakMap<Vault, VaultInside>();

export function keepInside(vault: Vault, inside: VaultInside): Vault {
  insides.set(vault, inside);
  return vault;
}

export function insideOf(vault: Vault): VaultInside {
  return insides.get(vault)!;
}
