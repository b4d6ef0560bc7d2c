import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Store } from '@holdfast/store';
import { startVersitygw } from '@holdfast/store/testing';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { recoverVm } from '../src/index.ts';
import { fillDisk, MiB, nothingLeft, openScene, smallVm } from './scene.ts';
import { throttlingProxy } from './throttling-proxy.ts';

describe.skipIf(judge('versitygw') === undefined)('into a bucket of versitygw', () => {
  test.each([
    ['that answers', undefined],
    ['that answers 503 to every third request', 3],
  ])('%s: a full, an incremental, and both back', async (_which, every) => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-s3-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const server = stack.use(await startVersitygw({ folder, plain: every !== undefined }));
    const proxy = every === undefined ? undefined : stack.use(await throttlingProxy(server.options.endpoint, every));
    const options = { ...server.options, ...(proxy === undefined ? {} : { endpoint: proxy.url }), prefix: 'vault', limits: { pauseMs: 5, pauseMsMax: 20 } };
    const scene = stack.use(await openScene({ vms: [smallVm('web01', 2)], wrapStore: () => s3Store(options) }));

    await fillDisk(scene.simulator, 'web01', 0, 1);
    await fillDisk(scene.simulator, 'web01', 1, 2);
    const firstHashes = await scene.guestHashes('web01');
    const first = await scene.point('web01');
    await scene.simulator.guest('web01').writeExtent(0, 4 * MiB, randomBytes(MiB));
    const secondHashes = await scene.guestHashes('web01');
    const second = await scene.point('web01');

    expect(second.disks.map(({ mode }) => mode)).toEqual(['incremental', 'incremental']);
    expect(await scene.restoredHashes(first)).toEqual(firstHashes);
    expect(await scene.restoredHashes(second)).toEqual(secondHashes);
    await recoverVm({ vault: scene.vault, vcenter: scene.vcenter, environment: scene.environment, point: second, name: 'back' });
    expect(await scene.guestHashes('back')).toEqual(secondHashes);
    expect(await scene.leftovers('web01')).toEqual(nothingLeft);
    if (proxy !== undefined) expect(proxy.refused()).toBeGreaterThan(5);
  });
});
