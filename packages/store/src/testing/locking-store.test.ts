import { systemClock } from '@holdfast/kit';
import { lockConformance } from './lock-conformance.ts';
import { lockingStore } from './locking-store.ts';

lockConformance('memory', async () => {
  let passedMs = 0;
  const now = () => systemClock.now() + passedMs;
  const store = lockingStore({}, { clock: { ...systemClock, now } });
  return {
    store,
    now,
    pass: async (ms) => {
      passedMs += ms;
    },
  };
});
