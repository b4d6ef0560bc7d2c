import type { ObjectStore } from '@holdfast/store';
import { vaultErrors } from '../errors.ts';
import type { VaultKeys } from '../keys/derive.ts';
import { sealObject } from '../sealed-object.ts';
import type { VaultEnvironment } from '../vault.ts';
import { putOnce } from './put-once.ts';

const defaultLeaseMs = 15 * 60_000;

/** A session's presence in the store: collection waits for it, or fences it once the lease has run out. */
export interface Lease {
  /** Stops renewing and deletes the session's objects. */
  end(): Promise<void>;
  /** Stops renewing and leaves the session's objects, where something of it may still arrive at the store. */
  leave(): Promise<void>;
}

export async function startLease(
  store: ObjectStore,
  keys: VaultKeys,
  environment: VaultEnvironment,
  sessionId: string,
  content: Readonly<Record<string, string>>,
): Promise<Lease> {
  const leaseMs = environment.leaseMs ?? defaultLeaseMs;
  const put = async (key: string) => {
    const body = { ...content, host: environment.host, startedAt: new Date(environment.clock.now()).toISOString(), leaseMs };
    await putOnce(store, key, sealObject(keys, { kind: 'HFSESSN1', key, sessionId }, Buffer.from(JSON.stringify(body)), environment.random));
  };
  const first = `sessions/${sessionId}`;
  await put(first);
  const stop = new AbortController();
  let renewals = 0;
  const renewing = (async () => {
    while (!stop.signal.aborted) {
      await environment.clock.sleep(leaseMs / 3, stop.signal).catch(() => {});
      if (stop.signal.aborted) return;
      // Each attempt has a number of its own: one whose answer was lost is there, and its key can't be used again.
      // A renewal that fails is tried again at the next turn; if none gets through, the session is fenced and its commit says so.
      await put(`${first}.${++renewals}`).catch(() => {});
    }
  })();
  const leave = async () => {
    stop.abort();
    await renewing;
  };
  return {
    leave,
    end: async () => {
      await leave();
      const renewed = Array.from({ length: renewals }, (_, index) => `${first}.${index + 1}`);
      const { failed } = await store.delete([...renewed, first]);
      if (failed[0] !== undefined) {
        throw vaultErrors.create('SESSION_LEFT', `The session’s object ${failed[0].key} could not be deleted: ${failed[0].reason}.`, {
          subject: { object: failed[0].key },
        });
      }
    },
  };
}
