import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import { probeScale } from '../probe/check.ts';
import { type Ceph, cephIsHere, startCeph } from '../testing/ceph.ts';
import { storeConformance } from '../testing/conformance.ts';
import { lockConformance } from '../testing/lock-conformance.ts';
import { writeOnceStore } from '../versions/write-once-store.ts';
import { s3Store } from './s3-store.ts';

describe.skipIf(!cephIsHere)('against Ceph', () => {
  let ceph: Ceph;
  beforeAll(async () => {
    ceph = await startCeph();
  }, 120_000);
  afterAll(() => ceph?.[Symbol.asyncDispose]());

  storeConformance('a bucket without versions', async () => s3Store({ ...(await ceph.bucket('plain', { plain: true })), prefix: 'vaults/one' }), probeScale);

  storeConformance(
    'a bucket with Object Lock, read as one in which every key is written once',
    async () => {
      const store = s3Store({ ...(await ceph.bucket('once')), prefix: 'vaults/one' });
      return writeOnceStore({ ...store, versions: store.versions! });
    },
    probeScale,
  );

  lockConformance('a bucket with Object Lock', async () => {
    // Small pages, so that a listing of a few versions takes several.
    const store = s3Store({ ...(await ceph.bucket('locked')), prefix: 'vaults/one', limits: { listPageKeys: 10 } });
    return { store, now: () => Date.now(), pass: (ms) => sleep(ms) };
  });
});
