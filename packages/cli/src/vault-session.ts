import { openVault, type Vault, type VaultResources } from '@holdfast/vault';
import type { VaultFlags } from './flags.ts';
import { openingKey, openStoreOf } from './vault-access.ts';
import type { VerbContext } from './verb.ts';

/** Opens the vault that flags and configuration name, does the work, and closes vault and store whatever happens. */
export async function withVault<T>(context: VerbContext<VaultFlags>, work: (vault: Vault) => Promise<T>, resources: VaultResources = {}): Promise<T> {
  // A wrong address is told before a secret is asked for.
  const store = openStoreOf(context);
  try {
    const key = await openingKey(context);
    const vault = await openVault(store, key, { ...context.surroundings, installation: context.configuration.installation }, resources);
    try {
      return await work(vault);
    } finally {
      await vault.close();
    }
  } finally {
    await store.close();
  }
}
