import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { openScene, type Scene } from './scene.ts';

const govc = judge('govc');
const run = promisify(execFile);

/** Runs govc against the scene; gives what it printed, or throws what it complained about. */
async function asGovc(scene: Scene, ...args: string[]): Promise<string> {
  const ca = join(scene.folder, 'ca.pem');
  await writeFile(ca, scene.simulator.caPem);
  const { url, username, password } = scene.simulator;
  const env = { ...process.env, GOVC_URL: url, GOVC_USERNAME: username, GOVC_PASSWORD: password, GOVC_TLS_CA_CERTS: ca, GOVC_PERSIST_SESSION: 'false' };
  return (await run(govc!, args, { env: { ...env, GOVMOMI_HOME: scene.folder }, timeout: 30_000 })).stdout;
}

describe.skipIf(govc === undefined)('govc', () => {
  test('finds its way through the inventory', async () => {
    await using scene = await openScene();
    expect(await asGovc(scene, 'about')).toMatch(/API version:\s+8\.0\.3\.0/);
    expect((await asGovc(scene, 'find', '/', '-type', 'm')).trim().split('\n')).toEqual(['/Europe/DC0/vm/web01', '/Europe/DC0/vm/proxy', '/Europe/DC0/vm/old']);
    expect(await asGovc(scene, 'vm.info', '-r', 'web01')).toMatch(/Storage:\s+datastore01/);
    expect(await asGovc(scene, 'host.info')).toContain('esx01.simulated');
    expect(await asGovc(scene, 'object.collect', '-s', 'vm/web01', 'runtime.powerState')).toBe('poweredOn\n');
    expect(await asGovc(scene, 'device.ls', '-vm', 'web01')).toContain('disk-1000-1');
    expect(JSON.parse(await asGovc(scene, 'vm.info', '-json', 'web01'))).toMatchObject({ virtualMachines: [{ config: { changeTrackingEnabled: true } }] });
  });

  test('takes, shows and removes snapshots', async () => {
    await using scene = await openScene();
    await asGovc(scene, 'snapshot.create', '-vm', 'web01', '-m=false', '-q', 'one');
    await asGovc(scene, 'snapshot.create', '-vm', 'web01', '-m=false', 'two');
    expect(await asGovc(scene, 'snapshot.tree', '-vm', 'web01', '-C')).toContain('two');
    await asGovc(scene, 'snapshot.remove', '-vm', 'web01', 'one');
    await asGovc(scene, 'snapshot.remove', '-vm', 'web01', '*');
    expect((await scene.simulator.vm('web01')).snapshots).toEqual([]);
    expect(await asGovc(scene, 'tasks')).toMatch(/RemoveSnapshot\s+web01/);
    expect(await asGovc(scene, 'events', '/Europe/DC0/vm/web01')).toContain('Task: VirtualMachine.createSnapshot');
  });

  test('makes a VM, moves a disk between VMs, registers it again and deletes it', async () => {
    await using scene = await openScene();
    await asGovc(scene, 'vm.create', '-on=false', '-disk', '16MB', '-ds', 'datastore01', '-net', 'VM Network', '-g', 'debian12_64Guest', 'made');
    await asGovc(scene, 'vm.disk.create', '-vm', 'made', '-name', 'made/extra', '-ds', 'datastore01', '-size', '1M');
    await asGovc(scene, 'vm.disk.attach', '-vm', 'proxy', '-link=false', '-mode=independent_nonpersistent', '-ds', 'datastore01', '-disk', 'made/extra.vmdk');
    expect((await scene.simulator.vm('proxy')).disks.map((disk) => disk.fileName)).toContain('[datastore01] made/extra.vmdk');
    await asGovc(scene, 'device.remove', '-vm', 'proxy', '-keep', 'disk-1000-1');
    await asGovc(scene, 'vm.change', '-vm', 'made', '-m', '256', '-c', '4', '-annotation', 'by govc');
    await asGovc(scene, 'vm.unregister', 'made');
    await asGovc(scene, 'vm.register', '-ds', 'datastore01', 'made/made.vmx');
    await asGovc(scene, 'vm.power', '-on', 'made');
    expect(await asGovc(scene, 'vm.info', 'made')).toMatch(/Memory:\s+256MB[\s\S]*poweredOn/);
    await asGovc(scene, 'vm.destroy', 'made');
    await expect(asGovc(scene, 'datastore.ls', '-ds', 'datastore01', 'made')).rejects.toThrow();
  });

  test('moves files, and exports a disk as it was at a snapshot', async () => {
    await using scene = await openScene();
    const local = join(scene.folder, 'notes.txt');
    await writeFile(local, 'from here');
    await asGovc(scene, 'datastore.mkdir', '-ds', 'datastore01', 'up');
    await asGovc(scene, 'datastore.upload', '-ds', 'datastore01', local, 'up/notes.txt');
    expect(await asGovc(scene, 'datastore.download', '-ds', 'datastore01', 'up/notes.txt', '-')).toContain('from here');
    await asGovc(scene, 'datastore.rm', '-ds', 'datastore01', 'up');
    await asGovc(scene, 'snapshot.create', '-vm', 'web01', '-m=false', 's');
    const folder = join(scene.folder, 'exported');
    await mkdir(folder);
    await asGovc(scene, 'snapshot.export', '-vm', 'web01', '-d', folder, 's');
    expect((await readFile(join(folder, 'disk-0.vmdk'))).toString('latin1', 0, 4)).toBe('KDMV');
  });

  test('disables a method on a VM and enables it again', async () => {
    await using scene = await openScene();
    await asGovc(scene, 'object.method', '-enable=false', '-name', 'RelocateVM_Task', '-reason', 'why', '-source', 'us', 'vm/web01');
    expect(await asGovc(scene, 'object.collect', '-s', 'vm/web01', 'disabledMethod')).toContain('RelocateVM_Task');
    await asGovc(scene, 'object.method', '-enable=true', '-name', 'RelocateVM_Task', '-source', 'us', 'vm/web01');
    expect((await scene.simulator.vm('web01')).disabledMethods).toEqual([]);
  });
});
