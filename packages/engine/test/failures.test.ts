import { randomBytes } from 'node:crypto';
import type { FaultRule } from '@holdfast/simulators';
import type { ObjectStore, PutOptions } from '@holdfast/store';
import type { Vcenter } from '@holdfast/vsphere';
import { beforeEach, describe, expect, test } from 'vitest';
import { fillDisk, MiB, nothingLeft, openScene, type Scene, smallVm } from './scene.ts';

/** A backup of web01 that must fail; its error. */
async function failure(scene: Scene, options: Parameters<Scene['protect']>[1] = {}) {
  const { vms } = await scene.protect(['web01'], options);
  const [one] = vms;
  if (one?.outcome !== 'failed') throw new Error('the backup did not fail');
  return one.error as { code?: string; message: string };
}

/** The same connection, with something happening before the first call of a method. */
function beforeCall(vcenter: Vcenter, method: string, happening: () => Promise<void>): Vcenter {
  let happened = false;
  return new Proxy(vcenter, {
    get: (target, name) => {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      if (name !== 'call') return member.bind(target);
      return async (...call: Parameters<Vcenter['call']>) => {
        if (call[0] === method && !happened) {
          happened = true;
          await happening();
        }
        return await target.call(...call);
      };
    },
  });
}

/** What must hold after every failure: nothing of ours is left, the points before are whole, and the next run succeeds. */
async function expectUnharmed(scene: Scene): Promise<void> {
  expect(await scene.leftovers('web01')).toEqual(nothingLeft);
  const point = await scene.point('web01');
  expect(await scene.restoredHashes(point)).toEqual(await scene.guestHashes('web01'));
  expect(await scene.leftovers('web01')).toEqual(nothingLeft);
}

describe('a fault of the vCenter leaves no snapshot and no session', () => {
  const noSpace = { $type: 'NoDiskSpace', file: '', datastore: 'datastore01' };
  test.each<[string, FaultRule]>([
    ['when the snapshot is refused', { method: 'CreateSnapshot_Task', nth: 1, effect: { kind: 'fault', fault: noSpace } }],
    ['when the snapshot fails', { method: 'CreateSnapshot_Task', nth: 1, effect: { kind: 'taskFault', fault: noSpace } }],
    [
      'when the snapshot is made although its task fails',
      { method: 'CreateSnapshot_Task', nth: 1, effect: { kind: 'taskFault', fault: noSpace, after: true } },
    ],
    ['when the connection breaks behind the request for the snapshot', { method: 'CreateSnapshot_Task', effect: { kind: 'cut', when: 'after' }, nth: 1 }],
    ['when disks may not be read', { method: 'GET /folder', effect: { kind: 'status', status: 403 } }],
  ])('%s', async (_when, rule) => {
    await using scene = await openScene();
    await fillDisk(scene.simulator, 'web01', 0, 1);
    await scene.simulator.faults.add(rule);
    const error = await failure(scene);
    expect(error.code).toMatch(/^(VSPHERE|DATASTORE|DISK)_/);
    await scene.simulator.faults.clear();
    await expectUnharmed(scene);
  });

  test('and a point is made all the same when the snapshot can not be removed; the next run removes it', async () => {
    await using scene = await openScene();
    await scene.simulator.faults.add({
      method: 'RemoveSnapshot_Task',
      effect: { kind: 'taskFault', fault: { $type: 'GenericVmConfigFault', reason: 'msg.hbacommon.corruptredo' } },
    });
    const { vms } = await scene.protect(['web01']);
    expect(vms[0]).toMatchObject({ outcome: 'done', notices: [expect.stringMatching(/could not be removed and is left to the next run/)] });
    expect((await scene.leftovers('web01')).snapshots).toHaveLength(1);
    await scene.simulator.faults.clear();
    await scene.point('web01');
    await expectUnharmed(scene);
  });
});

test('connections that break all the time only cost time', async () => {
  await using scene = await openScene();
  await fillDisk(scene.simulator, 'web01', 0, 1);
  await scene.simulator.faults.cutEveryBytes(2 * MiB);
  await expectUnharmed(scene);
});

test('a vCenter that restarts meanwhile is signed in to again', async () => {
  await using scene = await openScene();
  await fillDisk(scene.simulator, 'web01', 0, 1);
  let dropped = false;
  const { vms } = await scene.protect(['web01'], {
    onEvent: (event) => {
      if (event.type !== 'disk-started' || dropped) return;
      dropped = true;
      void scene.simulator.faults.dropSessions();
    },
  });
  expect(vms[0]).toMatchObject({ outcome: 'done' });
  await expectUnharmed(scene);
});

describe('a snapshot that somebody removes while it is read', () => {
  test('costs the point, because its bytes may be from different moments', async () => {
    await using scene = await openScene();
    await fillDisk(scene.simulator, 'web01', 0, 1);
    const vcenter = beforeCall(scene.vcenter, 'RemoveSnapshot_Task', async () => {
      const [snapshot] = (await scene.simulator.vm('web01')).snapshots;
      await scene.simulator.faults.loseSnapshot('web01', snapshot?.name ?? '');
    });
    const error = await failure(scene, { vcenter });
    expect(error.code).toBe('ENGINE_SNAPSHOT_LOST');
    expect(await Array.fromAsync(scene.vault.points())).toEqual([]);
    await expectUnharmed(scene);
  });
});

describe('an interruption', () => {
  test.each(['tracking', 'session', 'snapshot', 'read', 'release'] as const)('in the step %s removes the snapshot and ends the session', async (step) => {
    await using scene = await openScene();
    await fillDisk(scene.simulator, 'web01', 0, 1);
    const interrupt = new AbortController();
    const error = await failure(scene, {
      signal: interrupt.signal,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === step) interrupt.abort();
      },
    });
    expect(error.code).toBe('ENGINE_ABORTED');
    await expectUnharmed(scene);
  });
});

describe('a fault of the store leaves no snapshot and no session', () => {
  let broken: (key: string) => Promise<void> | void;
  beforeEach(() => {
    broken = () => {};
  });
  const breakable = (store: ObjectStore): ObjectStore =>
    ({
      ...Object.fromEntries(
        (['get', 'head', 'list', 'delete', 'close'] as const).map((name) => [name, (store[name] as (...all: never[]) => unknown).bind(store)]),
      ),
      description: store.description,
      capabilities: store.capabilities,
      put: async (key: string, body: Uint8Array, options?: PutOptions) => {
        await broken(key);
        return await store.put(key, body, options);
      },
    }) as ObjectStore;

  test.each([
    ['packs', /^data\//],
    ['index segments', /^index\//],
    ['the manifest', /^points\//],
    ['the session', /^sessions\//],
  ])('when it takes no %s', async (what, keys) => {
    await using scene = await openScene({ wrapStore: breakable });
    await fillDisk(scene.simulator, 'web01', 0, 1);
    const earlier = await scene.point('web01');
    const hashes = await scene.restoredHashes(earlier);
    await scene.simulator.guest('web01').writeExtent(0, 0, randomBytes(MiB));
    broken = (key) => {
      if (keys.test(key)) throw Object.assign(new Error('no room'), { code: 'STORE_FULL' });
    };
    expect((await failure(scene)).message).toMatch(/no room/);
    broken = () => {};
    expect(await scene.restoredHashes(earlier)).toEqual(hashes);
    const { sessions } = await scene.leftovers('web01');
    // A commit that was refused may have been tried more than once: its session stays for collection to decide.
    expect(sessions).toHaveLength(what === 'the manifest' ? 1 : 0);
    await scene.vault.store.delete(sessions);
    await expectUnharmed(scene);
  });

  test('and a session that a collector has given up commits nothing', async () => {
    let store: ObjectStore | undefined;
    await using scene = await openScene({
      wrapStore: (inner) => {
        store = inner;
        return breakable(inner);
      },
    });
    broken = async (key) => {
      if (key.startsWith('points/')) await store?.put(key, Buffer.from('HFFENCE1 put here by a collector'), { ifAbsent: true });
    };
    expect((await failure(scene)).code).toBe('VAULT_FENCED');
    broken = () => {};
    await expectUnharmed(scene);
  });
});

test('a VM is never protected twice at once', async () => {
  await using scene = await openScene();
  const [one, two] = await Promise.all([scene.protect(['web01']), scene.protect(['web01'])]);
  const outcomes = [one, two].map(({ vms }) => (vms[0]?.outcome === 'failed' ? (vms[0].error as { code?: string }).code : vms[0]?.outcome));
  expect(outcomes.toSorted()).toEqual(['ENGINE_VM_BUSY', 'done']);
  await expectUnharmed(scene);
});

test('what fails on one VM does not stop another', async () => {
  await using scene = await openScene({ vms: [smallVm('web01'), smallVm('web02')] });
  await scene.simulator.faults.add({ method: 'CreateSnapshot_Task', entity: 'web01', effect: { kind: 'taskFault', fault: { $type: 'SnapshotFault' } } });
  const { vms } = await scene.protect(['web*'], { limits: { vmsAtOnce: 1 } });
  expect(vms.map(({ vm, outcome }) => [vm.name, outcome])).toEqual([
    ['web01', 'failed'],
    ['web02', 'done'],
  ]);
});
