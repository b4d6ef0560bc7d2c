import type { ObjectStore, Retention } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';

/**
 * Creates an object that nobody else may write. When the store says that the key is taken, an earlier attempt of ours may
 * have got through although its answer was lost: the same bytes are success.
 *
 * @throws `VAULT_CONFLICT` when the key holds something else
 */
export async function putOnce(store: ObjectStore, key: string, bytes: Uint8Array, sha256?: string, signal?: AbortSignal, retention?: Retention): Promise<void> {
  try {
    const checked = sha256 !== undefined && store.capabilities.verifiesSha256 ? { sha256: Buffer.from(sha256, 'hex') } : {};
    await store.put(key, bytes, { ifAbsent: true, signal, retention, ...checked });
  } catch (error) {
    if ((error as { code?: string }).code !== 'STORE_EXISTS') throw error;
    const there = await store.get(key, { signal });
    if (Buffer.compare(there, bytes) !== 0)
      throw vaultErrors.create('VAULT_CONFLICT', `${key} holds something else than this session wrote.`, { cause: error, subject: { object: key } });
  }
}
