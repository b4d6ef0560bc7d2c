import type { ObjectStore, Retention } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import { magicOf } from '../sealed-object.ts';

/**
 * Creates the point's key: whoever is first decides between commit and fence. An answer that got lost is settled by reading.
 *
 * @throws `VAULT_FENCED`, `VAULT_CONFLICT`, `VAULT_COMMIT_UNKNOWN`
 */
export async function commitManifest(store: ObjectStore, key: string, manifest: Uint8Array, retention?: Retention): Promise<void> {
  let refused: unknown;
  try {
    await store.put(key, manifest, { ifAbsent: true, retention });
    return;
  } catch (error) {
    refused = error;
  }
  let there: Uint8Array;
  try {
    there = await store.get(key);
  } catch (error) {
    // The key is proven absent: the put failed for its own reason, and nothing was committed.
    if ((error as { code?: string }).code === 'STORE_ABSENT') throw refused;
    throw vaultErrors.create('VAULT_COMMIT_UNKNOWN', `The store stopped answering while ${key} was committed; the point may or may not exist.`, {
      cause: refused,
      subject: { object: key },
    });
  }
  if (Buffer.compare(there, manifest) === 0) return;
  if (magicOf(there) === 'HFFENCE1')
    throw vaultErrors.create('VAULT_FENCED', 'A collector gave this session up before it could commit.', { cause: refused, subject: { object: key } });
  throw vaultErrors.create('VAULT_CONFLICT', `${key} holds something else than this session wrote.`, { cause: refused, subject: { object: key } });
}
