import type { ObjectStore } from '@holdfast/store';

/**
 * Puts the original bytes of an object in the place of what is there, and sees that readers get them. Whoever reads meanwhile gets the
 * one or the other, and notices which.
 *
 * @returns why it didn't come to that, where it didn't
 */
export async function replaceObject(store: ObjectStore, key: string, bytes: Uint8Array): Promise<string | undefined> {
  try {
    await store.put(key, bytes);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'STORE_ACCESS') return `this user may not put it there (${message})`;
    throw error;
  }
  const there = await store.get(key);
  return Buffer.compare(there, bytes) === 0 ? undefined : 'the store goes on giving what was there before';
}
