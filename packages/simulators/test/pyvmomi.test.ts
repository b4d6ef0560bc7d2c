import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@holdfast/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { type Estate, startVsphereSimulator, type VsphereSimulator } from '../src/index.ts';
import { judgeWith, type Seen } from './judged-by-pyvmomi.ts';
import { streamOptimised } from './stream-optimised.ts';

const python = judge('python-pyvmomi');
const MiB = 1024 * 1024;

let folder: string;
let simulator: VsphereSimulator;
let skewMs: number;

const clock: Clock = { ...systemClock, now: () => Date.now() + skewMs };

const estate: Estate = {
  datacenters: [
    {
      name: 'DC0',
      networks: [{ name: 'VM Network' }, { name: 'Back' }],
      vms: [
        {
          name: 'web01',
          folder: 'Production/Web',
          firmware: 'efi',
          memoryMiB: 4096,
          extraConfig: { color: 'green' },
          disks: [{ capacityBytes: 64 * MiB }, { capacityBytes: 600 * MiB }],
          nics: [{ network: 'VM Network' }, { network: 'Back' }],
        },
        { name: 'db01', disks: [{ capacityBytes: 16 * MiB }], tools: 'notInstalled' },
        { name: 'off01', disks: [], powerState: 'poweredOff' },
      ],
    },
  ],
};

beforeEach(async () => {
  skewMs = 0;
  folder = await mkdtemp(join(tmpdir(), 'holdfast-vsphere-'));
  simulator = await startVsphereSimulator({
    folder: join(folder, 'state'),
    username: 'administrator@vsphere.local',
    password: 'secret',
    accounts: [{ username: 'reader', password: 'reader', missingPrivileges: ['VirtualMachine.State.CreateSnapshot'] }],
    estate,
    clock,
    taskMs: 4,
  });
});

afterEach(async () => {
  await simulator?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(python === undefined)('pyvmomi, which refuses what the schema does not allow,', () => {
  const run = (script: string, acts = {}) => judgeWith(python!, script, simulator, folder, acts);
  const one = (steps: Map<string, Seen[]>, step: string): Seen => steps.get(step)![0]!;

  test('reads the whole inventory, in pages and through the search index', async () => {
    const steps = await run('inventory.py');
    expect(one(steps, 'about')).toMatchObject({ apiVersion: '8.0.3.0', apiType: 'VirtualCenter', user: 'administrator@vsphere.local', active: true });
    const web = steps.get('vm')!.find((vm) => vm.name === 'web01');
    expect(web).toMatchObject({
      power: 'poweredOn',
      firmware: 'efi',
      version: 'vmx-19',
      memory: 4096,
      tools: 'guestToolsRunning',
      disks: [
        [2000, 64 * MiB, '[datastore01] web01/web01.vmdk'],
        [2001, 600 * MiB, '[datastore01] web01/web01_1.vmdk'],
      ],
      networks: ['VM Network', 'Back'],
      host: 'esx01.simulated',
      committed: true,
    });
    expect((web!.extra as Record<string, string>).color).toBe('green');
    expect(web!.files).toEqual(expect.arrayContaining(['config', 'diskDescriptor', 'diskExtent', 'nvram']));
    expect(steps.get('vm')!.find((vm) => vm.name === 'off01')).toMatchObject({ power: 'poweredOff', tools: 'guestToolsNotRunning' });
    const pages = one(steps, 'pages').pages as Record<string, string>[][];
    expect(pages.map((page) => page.length)).toEqual([1, 1, 1]);
    expect(pages.flat()[0]).toEqual({
      name: 'str',
      'config.hardware.device': 'vim.vm.device.VirtualDevice[]',
      'runtime.powerState': 'vim.VirtualMachine.PowerState',
      'config.hardware.device[2000].backing': 'vim.vm.device.VirtualDisk.FlatVer2BackingInfo',
      'config.extraConfig["color"].value': 'str',
    });
    expect(one(steps, 'cancelled').fault).toBe('vmodl.fault.InvalidArgument');
    expect(one(steps, 'invalid').fault).toBe('vmodl.query.InvalidProperty');
    expect(one(steps, 'destroyed').fault).toBe('vmodl.fault.ManagedObjectNotFound');
    const { step: _, ...found } = one(steps, 'search');
    expect(Object.entries(found).filter(([, value]) => value !== true)).toEqual([]);
    expect(one(steps, 'privileges').granted).toBe(true);
    expect(steps.get('kind')!.map((kind) => kind.names)).toEqual([['esx01.simulated'], ['datastore01'], ['VM Network', 'Back'], ['cluster01'], ['Resources']]);
  });

  test('takes snapshots and is told exactly the areas that changed between them', async () => {
    const guest = simulator.guest('web01');
    await guest.writeExtent(0, 5 * MiB, Buffer.alloc(10, 1));
    const steps = await run('changed_areas.py', {
      write: async () => {
        await guest.writeExtent(0, 3 * 65536 + 100, Buffer.alloc(200, 2));
        await guest.writeExtent(0, 40 * MiB - 1, Buffer.alloc(2, 3));
        await guest.writeExtent(0, 64 * MiB - 512, Buffer.alloc(512, 4));
      },
      many: async () => {
        for (let i = 0; i < 2500; i++) await guest.writeExtent(1, i * 3 * 65536, Buffer.of(1));
      },
      leave: async () => simulator.faults.consolidationNeededAfterRemovals(1),
    });
    expect(one(steps, 'untracked').changeIds).toEqual([null, null]);
    expect(one(steps, 'untracked query').fault).toBe('vim.fault.FileFault');
    expect(one(steps, 'enabled').flag).toBe(true);
    expect(one(steps, 'first')).toMatchObject({
      frozen: ['[datastore01] web01/web01.vmdk', '[datastore01] web01/web01_1.vmdk'],
      parents: ['[datastore01] web01/web01.vmdk', '[datastore01] web01/web01_1.vmdk'],
      hasChangeIds: true,
      current: true,
      name: 'first',
      description: 'judged',
      quiesced: true,
      used: [[5 * MiB, 65536]],
    });
    for (const file of one(steps, 'first').live as string[]) expect(file).toMatch(/^\[datastore01\] web01\/web01(_1)?-00000\d\.vmdk$/);
    expect(one(steps, 'second')).toMatchObject({
      changed: [
        [3 * 65536, 65536],
        [40 * MiB - 65536, 2 * 65536],
        [64 * MiB - 65536, 65536],
      ],
      pages: 1,
      others: [],
    });
    expect(one(steps, 'at capacity').fault).toBe('vmodl.fault.InvalidArgument');
    expect(one(steps, 'foreign').fault).toBe('vim.fault.FileFault');
    expect(one(steps, 'no disk').fault).toBe('vmodl.fault.InvalidArgument');
    expect(one(steps, 'third')).toMatchObject({ count: 2500, pages: 2 });
    expect(one(steps, 'merged')).toMatchObject({ changeIdKept: true, chain: '[datastore01] web01/web01.vmdk' });
    expect(one(steps, 'left').needed).toBe(true);
    expect(one(steps, 'end')).toMatchObject({
      needed: false,
      snapshots: true,
      live: ['[datastore01] web01/web01.vmdk', '[datastore01] web01/web01_1.vmdk'],
      parents: [true, true],
      gone: 'vmodl.fault.ManagedObjectNotFound',
    });
    expect(one(steps, 'events')).toMatchObject({ kinds: ['vim.event.VmReconfiguredEvent', 'vim.event.EventEx'], tracked: [true] });
    expect([...(await guest.readDisk(0, 3 * 65536 + 98, 4))]).toEqual([0, 0, 2, 2]);
  });

  test('is woken by changes, and told only what changed', async () => {
    const steps = await run('updates.py');
    expect(one(steps, 'enter')).toMatchObject({ kind: 'enter', names: ['name', 'config.annotation', 'runtime'] });
    expect(one(steps, 'nothing').update).toBeNull();
    expect(one(steps, 'modify').changes).toEqual([['config.annotation', 'assign', 'new words']]);
    expect(one(steps, 'again').changes).toEqual(one(steps, 'modify').changes);
    expect(one(steps, 'power').changes).toMatchObject({ 'runtime.powerState': 'poweredOff' });
    expect(one(steps, 'stale').fault).toBe('vmodl.query.InvalidCollectorVersion');
    expect(one(steps, 'leave').kinds).toEqual(['leave']);
    expect(one(steps, 'truncated').told).toEqual([
      [1, true],
      [1, false],
    ]);
  });

  test('makes, changes, registers and deletes virtual machines, and fills one through a lease', async () => {
    const content = Buffer.alloc(4 * MiB);
    content.fill('holdfast', MiB, MiB + 300_000);
    const stream = join(folder, 'disk.vmdk');
    await writeFile(stream, streamOptimised(content));
    const steps = await run('machines.py', { stream: async () => ({ file: stream }) });
    expect(one(steps, 'created')).toMatchObject({
      name: 'made',
      path: '[datastore01] made/made.vmx',
      firmware: 'efi',
      keys: [2000],
      file: '[datastore01] made/made.vmdk',
      mac: '00:50:56',
      network: 'VM Network',
      extra: 'blue',
    });
    expect(one(steps, 'twice').fault).toBe('vim.fault.DuplicateName');
    expect(one(steps, 'added')).toMatchObject({ name: 'renamed', memory: 1024, unit: 1, file: '[datastore01] made/made_1.vmdk' });
    expect(one(steps, 'removed')).toMatchObject({
      disks: 1,
      files: { 'made_1.vmdk': 'vim.host.DatastoreBrowser.VmDiskInfo', 'made.vmx': 'vim.host.DatastoreBrowser.VmConfigInfo' },
    });
    expect(one(steps, 'attached').capacities).toEqual([4096, 1024]);
    expect(one(steps, 'destroyed disk').fault).toBe('vim.fault.FileNotFound');
    expect(one(steps, 'unregistered').gone).toBe('vmodl.fault.ManagedObjectNotFound');
    expect(one(steps, 'registered')).toMatchObject({ name: 'back', memory: 1024, disks: 1 });
    expect(one(steps, 'running')).toMatchObject({ state: 'poweredOn', destroy: 'vim.fault.InvalidPowerState' });
    expect(one(steps, 'destroyed').names).toEqual(['db01', 'off01', 'web01']);
    expect(one(steps, 'lease')).toMatchObject({
      state: 'ready',
      timeout: 300,
      importKey: '/imported/ParaVirtualSCSIController0:0',
      hostIsStar: true,
      kb: 4096,
    });
    expect(one(steps, 'imported')).toMatchObject({ status: 201, state: 'done', found: 'imported' });
    expect(Buffer.from(await simulator.guest('imported').readDisk(0)).equals(content)).toBe(true);
    expect(one(steps, 'aborted')).toMatchObject({ state: 'error', names: ['db01', 'imported', 'off01', 'web01'] });
    expect(one(steps, 'files')).toMatchObject({ created: '[datastore01] a/b/x.vmdk', uuid: 47, again: 'vim.fault.FileNotFound' });
  });

  test('is refused with the right fault: wrong password, ended session, missing privilege', async () => {
    const steps = await run('sessions.py', {
      expire: async () => {
        skewMs += 31 * 60_000;
      },
    });
    expect(one(steps, 'wrong password').fault).toBe('vim.fault.InvalidLogin');
    expect(one(steps, 'active').active).toBe(true);
    expect(one(steps, 'expired')).toMatchObject({ fault: 'vim.fault.NotAuthenticated', session: null });
    expect(one(steps, 'again').name).toBe('Datacenters');
    expect(one(steps, 'refused')).toMatchObject({ privilege: 'VirtualMachine.State.CreateSnapshot', on: true });
    expect(one(steps, 'events').kinds).toEqual(['BadUsernameSessionEvent', 'UserLoginSessionEvent', 'UserLoginSessionEvent', 'UserLoginSessionEvent']);
  });
});
