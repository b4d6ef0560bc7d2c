import { join } from 'node:path';
import { spawnVsphereSimulator, type VsphereSimulator } from '@holdfast/simulators';
import type { Estate } from '@holdfast/simulators/estate';
import { connect, type Vcenter } from '@holdfast/vsphere';
import { keepSecret } from '../redact.ts';
import type { Surroundings } from '../surroundings.ts';
import { imagePath } from './image-path.ts';

export interface DemoVcenter extends AsyncDisposable {
  readonly simulator: VsphereSimulator;
  readonly vcenter: Vcenter;
}

export interface DemoVcenterOptions {
  readonly folder: string;
  readonly estateFolder: string;
  readonly estate: Estate;
  readonly surroundings: Surroundings;
}

/** A simulated vCenter in a process of its own that holds the estate's VMs, and a connection to it. */
export async function startDemoVcenter({ folder, estateFolder, estate, surroundings }: DemoVcenterOptions): Promise<DemoVcenter> {
  const account = { username: 'demo@vsphere.local', password: keepSecret(Buffer.from(surroundings.random.bytes(18)).toString('base64url')) };
  const simulator = await spawnVsphereSimulator({
    ...account,
    folder: join(folder, 'vcenter'),
    estate: {
      datacenters: [
        {
          name: 'Demo',
          vms: estate.vms.map((vm) => ({
            name: vm.name,
            guestId: vm.guestId,
            disks: vm.disks.map((disk) => ({ capacityBytes: disk.capacity, image: imagePath(estateFolder, disk) })),
            nics: [{ network: 'VM Network' }],
          })),
        },
      ],
    },
  });
  try {
    const { clock, random } = surroundings;
    const vcenter = await connect({ ...account, url: simulator.url, trust: { kind: 'thumbprint', sha256: simulator.thumbprintSha256 }, clock, random });
    return {
      simulator,
      vcenter,
      [Symbol.asyncDispose]: async () => {
        await vcenter[Symbol.asyncDispose]();
        await simulator.close();
      },
    };
  } catch (error) {
    await simulator.close();
    throw error;
  }
}
