import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@holdfast/kit';
import { type Estate, startVsphereSimulator, type VsphereSimulator, type VsphereSimulatorOptions } from '@holdfast/simulators';
import { type ConnectOptions, connect, findVmsByUuid, type MoRef, type Vcenter } from '@holdfast/vsphere';

export const MiB = 1024 * 1024;

export const estate: Estate = {
  datacenters: [
    {
      name: 'DC0',
      folder: 'Europe',
      datastores: [{ name: 'datastore01' }, { name: 'datastore02' }],
      networks: [{ name: 'VM Network' }, { name: 'Other' }],
      vms: [
        {
          name: 'web01',
          folder: 'Production/Web',
          cpus: 2,
          memoryMiB: 512,
          guestId: 'debian12_64Guest',
          firmware: 'efi',
          annotation: 'the <shop> & more',
          nvramBase64: Buffer.from('uefi variables').toString('base64'),
          disks: [{ capacityBytes: 32 * MiB }, { capacityBytes: 8 * MiB, thin: false }, { capacityBytes: 4 * MiB, mode: 'independent_persistent' }],
          nics: [{ network: 'VM Network', mac: '00:50:56:01:02:03' }],
        },
        { name: 'old', hardwareVersion: 4, disks: [{ capacityBytes: MiB }], powerState: 'poweredOff' },
        { name: 'gold', template: true, disks: [{ capacityBytes: MiB }], powerState: 'poweredOff' },
      ],
    },
  ],
};

/** A simulated vCenter with {@link estate}, and a client signed in to it. */
export interface Simulated extends AsyncDisposable {
  readonly simulator: VsphereSimulator;
  readonly vcenter: Vcenter;
  readonly logged: string[];
  connect(more?: Partial<ConnectOptions>): Promise<Vcenter>;
  vm(name: string): Promise<MoRef>;
}

export async function openSimulated(options: Partial<VsphereSimulatorOptions> = {}): Promise<Simulated> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-vsphere-'));
  const simulator = await startVsphereSimulator({ folder, username: 'u', password: 'p', estate, taskMs: 1, ...options });
  const logged: string[] = [];
  const open = (more: Partial<ConnectOptions> = {}) =>
    connect({
      url: simulator.url,
      username: 'u',
      password: 'p',
      trust: { kind: 'ca', pem: simulator.caPem },
      clock: systemClock,
      random: systemRandom,
      log: (message) => void logged.push(message),
      ...more,
    });
  const vcenter = await open();
  return {
    simulator,
    vcenter,
    logged,
    connect: open,
    vm: async (name) => (await findVmsByUuid(vcenter, (await simulator.vm(name)).instanceUuid, 'instance'))[0] as MoRef,
    [Symbol.asyncDispose]: async () => {
      await vcenter[Symbol.asyncDispose]();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
