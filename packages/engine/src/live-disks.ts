import type { DataObject } from '@holdfast/vsphere';
import type { DiskTraits } from './disk-eligibility.ts';
import type { DiskIdentity } from './disk-identity.ts';

/** A disk of a VM as it is configured now; for looking before anything is done. */
export interface LiveDisk extends DiskTraits {
  readonly key: number;
  readonly label: string;
  /** bytes */
  readonly capacity: number;
  readonly identity: DiskIdentity;
  readonly changeId: string | undefined;
  /** `noSharing` unless its controller is shared with other VMs */
  readonly sharedBus: string;
}

/** @param config `VirtualMachineConfigInfo` */
export function liveDisks(config: DataObject): LiveDisk[] {
  const devices = ((config.hardware as DataObject | undefined)?.device ?? []) as DataObject[];
  const byKey = new Map(devices.map((device) => [device.key, device]));
  return devices
    .filter((device) => device.$type === 'VirtualDisk')
    .map((device) => {
      const backing = (device.backing ?? {}) as DataObject;
      const text = (name: string) => (typeof backing[name] === 'string' ? (backing[name] as string) : undefined);
      return {
        key: device.key as number,
        label: String((device.deviceInfo as DataObject | undefined)?.label ?? `disk ${device.key}`),
        capacity: Number(device.capacityInBytes ?? Number(device.capacityInKB) * 1024),
        backing: backing.$type ?? 'unknown',
        mode: text('diskMode') ?? 'persistent',
        sharing: text('sharing'),
        rawDeviceMode: text('compatibilityMode'),
        changeId: text('changeId'),
        sharedBus: String(byKey.get(device.controllerKey)?.sharedBus ?? 'noSharing'),
        identity: {
          uuid: text('uuid'),
          objectId: device.diskObjectId as string | undefined,
          rootFile: rootFile(backing),
          backing: backing.$type,
          mode: text('diskMode'),
        },
      };
    });
}

/** The base file at the end of the chain of deltas. */
function rootFile(backing: DataObject): string | undefined {
  let root = backing;
  while (root.parent !== undefined) root = root.parent as DataObject;
  return root.fileName as string | undefined;
}
