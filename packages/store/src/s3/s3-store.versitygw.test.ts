import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from 'vitest';
import { judge } from '../../../../tools/judges/judge.ts';
import { storeConformance } from '../testing/conformance.ts';
import { lockConformance } from '../testing/lock-conformance.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { startVersitygw } from '../testing/versitygw.ts';
import { s3Store } from './s3-store.ts';

describe.skipIf(judge('versitygw') === undefined)('against versitygw', () => {
  for (const plain of [false, true])
    storeConformance(plain ? 'a bucket over plain HTTP' : 'a bucket over TLS', async () => {
      const stack = new AsyncDisposableStack();
      const folder = stack.use(await scratchFolder());
      const server = stack.use(await startVersitygw({ folder: folder.path, plain }));
      return { ...s3Store({ ...server.options, prefix: 'vaults/one' }), [Symbol.asyncDispose]: () => stack.disposeAsync() };
    });

  lockConformance('a bucket with Object Lock', async () => {
    const stack = new AsyncDisposableStack();
    const folder = stack.use(await scratchFolder());
    const server = stack.use(await startVersitygw({ folder: folder.path, plain: true, locks: true }));
    const store = s3Store({ ...server.options, prefix: 'vaults/one', limits: { listPageKeys: 10 } });
    return { store, now: () => Date.now(), pass: (ms) => sleep(ms), refusesBelowMark: true, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  });
});
