import { type ObjectStore, storeErrors, writeOnceStore } from '@holdfast/store';

const views = new WeakSet<ObjectStore>();
const sealedOnly = new WeakSet<ObjectStore>();
const hiding = new WeakSet<ObjectStore>();

/**
 * The store as a vault reads it: where it keeps versions, the oldest object under a key is the object, since every key is
 * written once, and what is deleted leaves nothing behind. Any other store comes back as it is. Costs one listing.
 *
 * @param known that it keeps versions
 */
export async function writtenOnce(store: ObjectStore, known = false): Promise<ObjectStore> {
  if (views.has(store) || store.versions === undefined || !(known || (await keepsVersions(store)))) return store;
  const view = writeOnceStore({ ...store, versions: store.versions }, { unguessable: (key) => /^(data|meta|index|sessions|locks)\//.test(key) });
  views.add(view);
  return view;
}

/** From now on, marks of deletion count only if the vault's keys made them. */
export const countOnlySealed = (store: ObjectStore): void => void sealedOnly.add(store);
export const onlySealedCounts = (store: ObjectStore): boolean => sealedOnly.has(store);

/** We may not see whether it keeps versions. */
export const hidesVersions = (store: ObjectStore): boolean => hiding.has(store);

/** A bucket that keeps versions gives each object a version; another calls the only one "null". */
async function keepsVersions(store: ObjectStore): Promise<boolean> {
  try {
    for await (const { version, marker } of store.versions!.list('vault.json')) if (marker || version !== 'null') return true;
    return false;
  } catch (error) {
    // Without the right to list versions, a vault that doesn't need them is opened all the same; one that does says so.
    if (!storeErrors.is(error, 'STORE_ACCESS', 'STORE_UNSUITABLE')) throw error;
    hiding.add(store);
    return false;
  }
}
