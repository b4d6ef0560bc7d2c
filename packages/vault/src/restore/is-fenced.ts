import type { ObjectStore } from '@holdfast/store';
import { pointKeyOf } from '../point/manifest.ts';
import { magicOf } from '../sealed-object.ts';

/** Whether a collector has given a session up. */
export async function isFenced(store: ObjectStore, vmId: string, sessionId: string): Promise<boolean> {
  try {
    return magicOf(await store.get(pointKeyOf(vmId, sessionId))) === 'HFFENCE1';
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ABSENT') return false;
    throw error;
  }
}
