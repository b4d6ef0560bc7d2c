import { readProperties } from '../client/properties.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import { type DataObject, isA, type MoRef } from '../wire/index.ts';

/** A disk as it is at a snapshot. */
export interface SnapshotDisk {
  readonly key: number;
  readonly label: string;
  /** bytes */
  readonly capacity: number;
  /** Descriptor of the frozen disk: `[datastore] folder/name.vmdk`. */
  readonly file: string;
  /** Descriptors behind it, nearest first. */
  readonly parents: readonly string[];
  /** `VirtualDiskFlatVer2BackingInfo` … */
  readonly backing: string;
  /** `persistent`, `independent_persistent` … */
  readonly mode: string;
  readonly uuid?: string;
  /** vCenter's own id, `1-2000` */
  readonly objectId?: string;
  /** absent where changes are not tracked */
  readonly changeId?: string;
  readonly thin?: boolean;
  readonly encrypted: boolean;
  readonly sharing?: string;
  /** of a raw device mapping: `virtualMode`, `physicalMode` */
  readonly rawDeviceMode?: string;
  readonly datastore?: MoRef;
  readonly controller: { readonly key: number; readonly type: string; readonly bus: number };
  readonly unit: number;
}

export interface SnapshotState {
  /** `VirtualMachineConfigInfo` as of the snapshot: for {@link captureConfiguration}. */
  readonly config: DataObject;
  /** All disks of the VM; those a snapshot does not freeze are among them (`mode`, `rawDeviceMode`). */
  readonly disks: readonly SnapshotDisk[];
}

/** @throws `VSPHERE_ABSENT` when it is gone */
export async function readSnapshot(vcenter: Vcenter, snapshot: MoRef): Promise<SnapshotState> {
  const config = (await readProperties(vcenter, snapshot, ['config'])).config as DataObject | undefined;
  if (config === undefined)
    throw vsphereErrors.create('VSPHERE_PROTOCOL', `snapshot ${snapshot.value} shows no configuration`, { subject: { object: snapshot.value } });
  return { config, disks: disksOf(config) };
}

/** A VM can't have as many links; a list that long goes round in circles. */
const chainLengthMax = 256;

/** The virtual disks of a `VirtualMachineConfigInfo`. */
export function disksOf(config: DataObject): SnapshotDisk[] {
  const devices = ((config.hardware as DataObject | undefined)?.device ?? []) as DataObject[];
  return devices.filter((device) => isA(device.$type ?? '', 'VirtualDisk')).map((device) => disk(device, devices));
}

function disk(device: DataObject, devices: readonly DataObject[]): SnapshotDisk {
  const backing = (device.backing ?? {}) as DataObject;
  const controller = devices.find((one) => one.key === device.controllerKey);
  const texts = {
    uuid: backing.uuid,
    objectId: device.diskObjectId,
    changeId: backing.changeId,
    sharing: backing.sharing,
    rawDeviceMode: backing.compatibilityMode,
  };
  return {
    key: device.key as number,
    label: ((device.deviceInfo as DataObject | undefined)?.label as string | undefined) ?? `disk ${device.key}`,
    capacity: (device.capacityInBytes as number | undefined) ?? (device.capacityInKB as number) * 1024,
    file: (backing.fileName as string | undefined) ?? '',
    parents: parentsOf(backing),
    backing: backing.$type ?? 'unknown',
    mode: (backing.diskMode as string | undefined) ?? 'persistent',
    encrypted: backing.keyId !== undefined,
    controller: {
      key: (device.controllerKey as number | undefined) ?? -1,
      type: controller?.$type ?? 'unknown',
      bus: (controller?.busNumber as number | undefined) ?? 0,
    },
    unit: (device.unitNumber as number | undefined) ?? 0,
    // An empty text is how some servers say that there is none.
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === 'string' && text !== '')),
    ...(typeof backing.thinProvisioned === 'boolean' ? { thin: backing.thinProvisioned } : {}),
    ...(backing.datastore === undefined ? {} : { datastore: backing.datastore as MoRef }),
  };
}

function parentsOf(backing: DataObject): string[] {
  const parents: string[] = [];
  for (let at = backing.parent as DataObject | undefined; at !== undefined && parents.length < chainLengthMax; at = at.parent as DataObject | undefined)
    parents.push(at.fileName as string);
  return parents;
}
