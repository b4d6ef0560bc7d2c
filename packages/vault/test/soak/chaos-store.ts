import { setTimeout as sleep } from 'node:timers/promises';
import { type ObjectStore, storeErrors } from '@holdfast/store';
import type { Chance } from './chance.ts';

const failures = 0.001;
const lostAnswers = 0.003;
const lateRequests = 0.002;
const slowRequests = 0.02;
const lateMsMax = 6000;
const slowMsMax = 800;

/** A store that now and then fails before a request, loses its answer, or carries it out when nobody waits any more. */
export function chaosStore(store: ObjectStore, chance: Chance, onLate: (keys: readonly string[]) => void): ObjectStore {
  const lost = (key: string) => storeErrors.create('STORE_UNREACHABLE', `${key}: planned by the soak`, { subject: { key } });
  const around = async <T>(keys: readonly string[], changes: boolean, work: () => Promise<T>): Promise<T> => {
    const key = keys[0] ?? '';
    if (chance.happens(slowRequests)) await sleep(chance.between(10, slowMsMax));
    if (chance.happens(failures)) throw lost(key);
    if (changes && chance.happens(lateRequests)) {
      void sleep(chance.between(100, lateMsMax))
        .then(work)
        .then(
          () => onLate(keys),
          () => {},
        );
      throw lost(key);
    }
    const answer = await work();
    if (changes && chance.happens(lostAnswers)) throw lost(key);
    return answer;
  };
  return {
    ...store,
    put: (key, body, options) => {
      const own = body.slice(); // it may be stored when the caller has used its buffer again
      return around([key], true, () => store.put(key, own, { ...options, signal: undefined }));
    },
    get: (key, options) => around([key], false, () => store.get(key, options)),
    head: (key) => around([key], false, () => store.head(key)),
    delete: (keys) => around(keys, true, () => store.delete(keys)),
    list: async function* (prefix) {
      yield* await around([prefix], false, () => Array.fromAsync(store.list(prefix)));
    },
  };
}
