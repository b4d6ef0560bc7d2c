import { createHash } from 'node:crypto';
import type { LayerId } from '../disks/index.ts';
import { type AttachedDisk, type Device, datastorePath } from './machine.ts';

/** The backing of a disk at one of its states, with the chain of parents down to the base file. */
function diskBacking(attached: AttachedDisk, layer: LayerId | undefined): Record<string, unknown> {
  const { disk, datastore, directory } = attached;
  let backing: Record<string, unknown> | undefined;
  for (const link of [...disk.chain(layer ?? attached.layer)].reverse()) {
    const isDelta = link.parent !== undefined;
    backing = {
      $type: 'VirtualDiskFlatVer2BackingInfo',
      fileName: datastorePath(datastore, directory, link.fileName),
      datastore: datastore.ref,
      diskMode: attached.mode,
      split: false,
      writeThrough: false,
      thinProvisioned: disk.thin,
      eagerlyScrub: false,
      uuid: disk.uuid,
      contentId: createHash('md5').update(`${disk.uuid}/${link.id}`).digest('hex'),
      changeId: link.changeId,
      parent: backing,
      deltaDiskFormat: isDelta ? 'redoLogFormat' : undefined,
      digestEnabled: false,
      deltaGrainSize: isDelta ? 1 : undefined,
      sharing: 'sharingNone',
      ...attached.extra,
    };
  }
  return backing as Record<string, unknown>;
}

/** The device as the API shows it. */
export function diskDevice(device: Device, attached: AttachedDisk, layer: LayerId | undefined, vmId: string): Device {
  const capacity = attached.disk.capacity;
  return {
    ...device,
    deviceInfo: device.deviceInfo ?? {
      $type: 'Description',
      label: `Hard disk ${device.key}`,
      summary: `${Math.floor(capacity / 1024).toLocaleString('en-US')} KB`,
    },
    backing: diskBacking(attached, layer),
    capacityInKB: Math.floor(capacity / 1024),
    capacityInBytes: capacity,
    shares: { $type: 'SharesInfo', shares: 1000, level: 'normal' },
    storageIOAllocation: { $type: 'StorageIOAllocationInfo', limit: -1, shares: { $type: 'SharesInfo', shares: 1000, level: 'normal' }, reservation: 0 },
    diskObjectId: `${vmId.replace(/\D/g, '')}-${device.key}`,
    nativeUnmanagedLinkedClone: false,
  };
}
