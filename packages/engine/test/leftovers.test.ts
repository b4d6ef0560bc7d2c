import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSnapshot } from '@holdfast/vsphere';
import { expect, test } from 'vitest';
import { linuxProcessIdentity, sweep } from '../src/index.ts';
import { markedSnapshot, type SnapshotMark } from '../src/snapshot-mark.ts';
import { openScene, type Scene } from './scene.ts';

const session = 'feedc0de00000000feedc0de00000000';
const elsewhere = 'another-boot/pid:[4026531836]/4711/12345';

async function leave(scene: Scene, mark: Partial<SnapshotMark> = {}): Promise<void> {
  const { moref } = await scene.simulator.vm('web01');
  const marked = markedSnapshot({ vault: scene.vault.description.id, session, createdAt: new Date().toISOString(), process: elsewhere, ...mark });
  await createSnapshot(scene.vcenter, { type: 'VirtualMachine', value: moref }, { ...marked, quiesce: false });
}

const names = async (scene: Scene) => (await scene.leftovers('web01')).snapshots;

test('a snapshot whose session has ended is removed before the backup, whoever left it', async () => {
  await using scene = await openScene();
  await leave(scene);
  const { vms } = await scene.protect(['web01']);
  expect(vms[0]).toMatchObject({
    outcome: 'done',
    notices: [expect.stringMatching(/was left behind and has been removed: its session in the vault has ended/)],
  });
  expect(await names(scene)).toEqual([]);
});

test('a snapshot of a process that was killed is removed, although its session is still there', async () => {
  await using scene = await openScene();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const own = linuxProcessIdentity().mark.split('/');
  const status = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const mark = [own[0], own[1], child.pid, status.slice(status.lastIndexOf(')') + 2).split(' ')[19]].join('/');
  await scene.store.put(`sessions/${session}`, Buffer.from('of the child'));
  await leave(scene, { process: mark });

  const busy = await scene.protect(['web01']);
  expect(busy.vms[0]).toMatchObject({ outcome: 'failed', error: { code: 'ENGINE_VM_BUSY', kind: 'conflict' } });
  expect(await names(scene)).toHaveLength(1);

  child.kill('SIGKILL');
  await once(child, 'exit');
  const { vms } = await scene.protect(['web01']);
  expect(vms[0]).toMatchObject({ outcome: 'done', notices: [expect.stringMatching(/the process that took it has ended/)] });
  expect(await names(scene)).toEqual([]);
});

test('a snapshot of another machine stays while its session may live, and goes when it is old', async () => {
  await using scene = await openScene();
  await scene.store.put(`sessions/${session}`, Buffer.from('of another machine'));
  await leave(scene, { createdAt: new Date(Date.now() - 60 * 60_000).toISOString() });
  const kept = await scene.protect(['web01']);
  expect(kept.vms[0]).toMatchObject({
    outcome: 'done',
    notices: [expect.stringMatching(/was kept: it was taken on another machine 1 h/), expect.anything()].slice(0, 1),
  });
  expect(await names(scene)).toHaveLength(1);

  const selection = { all: true } as const;
  const { vcenter, environment } = scene;
  expect((await sweep({ vcenter, environment, selection, staleAfterMs: 30 * 60_000, dryRun: true })).snapshots).toMatchObject([
    { verdict: 'would be removed' },
  ]);
  expect(await names(scene)).toHaveLength(1);
  expect((await sweep({ vcenter, environment, selection, staleAfterMs: 30 * 60_000 })).snapshots).toMatchObject([
    { verdict: 'removed', vm: { name: 'web01' } },
  ]);
  expect(await names(scene)).toEqual([]);
});

test('snapshots of others are reported and left alone', async () => {
  await using scene = await openScene();
  const { moref } = await scene.simulator.vm('web01');
  await createSnapshot(scene.vcenter, { type: 'VirtualMachine', value: moref }, { name: 'before upgrade', description: 'mine', quiesce: false });
  const { vms } = await scene.protect(['web01']);
  expect(vms[0]).toMatchObject({ outcome: 'done', notices: [expect.stringMatching(/1 snapshots that are not ours: before upgrade/)] });
  expect(await names(scene)).toEqual(['before upgrade']);
  const { snapshots } = await sweep({ vcenter: scene.vcenter, environment: scene.environment, selection: { all: true } });
  expect(snapshots).toMatchObject([{ name: 'before upgrade', verdict: 'foreign' }]);
});

test('disks that were left unconsolidated are consolidated before the backup', async () => {
  await using scene = await openScene();
  await scene.simulator.faults.consolidationNeededAfterRemovals(1);
  await leave(scene);
  await scene.protect(['web01']);
  const view = await scene.simulator.vm('web01');
  expect({ needed: view.consolidationNeeded, chain: view.disks[0]?.chainLength }).toEqual({ needed: false, chain: 1 });
});
