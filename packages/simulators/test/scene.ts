import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MoRef } from '@holdfast/vsphere/wire';
import { type Estate, startVsphereSimulator, type VsphereSimulator, type VsphereSimulatorOptions } from '../src/index.ts';
import { type SoapClient, soapClient } from './soap-client.ts';

export const MiB = 1024 * 1024;

/** A simulator with a signed-in client, in a folder of its own; both go with it. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly simulator: VsphereSimulator;
  readonly client: SoapClient;
  vm(name: string): Promise<MoRef>;
}

const estate: Estate = {
  datacenters: [
    {
      name: 'DC0',
      folder: 'Europe',
      datastores: [{ name: 'datastore01' }, { name: 'second', type: 'NFS' }],
      vms: [
        { name: 'web01', disks: [{ capacityBytes: 8 * MiB }, { capacityBytes: 4 * MiB }], changeTracking: true },
        { name: 'proxy', disks: [{ capacityBytes: MiB }] },
        { name: 'old', disks: [{ capacityBytes: MiB }], hardwareVersion: 4, powerState: 'poweredOff' },
      ],
    },
  ],
};

export async function openScene(options: Partial<VsphereSimulatorOptions> = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-vsphere-'));
  const simulator = await startVsphereSimulator({ folder: join(folder, 'state'), username: 'root', password: 'secret', estate, taskMs: 2, ...options });
  const client = soapClient(simulator);
  await client.login();
  return {
    folder,
    simulator,
    client,
    vm: async (name) => ({ type: 'VirtualMachine', value: (await simulator.vm(name)).moref }),
    [Symbol.asyncDispose]: async () => {
      client.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
