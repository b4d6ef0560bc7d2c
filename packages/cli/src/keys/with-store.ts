import type { ObjectStore } from '@holdfast/store';
import { writtenOnce } from '@holdfast/vault';
import type { StoreFlags } from '../flags.ts';
import { openStoreOf } from '../vault-access.ts';
import type { VerbContext } from '../verb.ts';

/** Managing keys needs the vault's store, read as a vault reads it, not the open vault. Closes it whatever happens. */
export async function withStore<T>(context: VerbContext<StoreFlags>, work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = openStoreOf(context);
  try {
    return await work(await writtenOnce(store));
  } finally {
    await store.close();
  }
}
