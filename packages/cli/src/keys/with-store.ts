import type { ObjectStore } from '@holdfast/store';
import type { StoreFlags } from '../flags.ts';
import { openStoreOf } from '../vault-access.ts';
import type { VerbContext } from '../verb.ts';

/** Managing keys needs the vault's store, not the open vault. Closes it whatever happens. */
export async function withStore<T>(context: VerbContext<StoreFlags>, work: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = openStoreOf(context);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
