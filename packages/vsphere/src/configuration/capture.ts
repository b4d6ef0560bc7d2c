import { type ObjectProperties, tryProperties } from '../client/properties.ts';
import type { CallOptions, Vcenter } from '../client/vcenter.ts';
import { parseDatastorePath } from '../datastore/datastore-path.ts';
import { readPath } from '../inventory/place.ts';
import { describeVm } from '../inventory/vm.ts';
import type { SnapshotDisk, SnapshotState } from '../snapshot/snapshot-disk.ts';
import { type DataObject, isA, type MoRef } from '../wire/index.ts';
import { toJson } from './json-value.ts';
import type { CapturedDisk, CapturedNic, VmConfiguration } from './vm-configuration.ts';

/** Fields of `VirtualMachineConfigInfo` that say how things stood at that moment, not how the VM is made. */
const ofTheMoment: ReadonlySet<string> = new Set([
  'changeVersion',
  'modified',
  'datastoreUrl',
  'initialOverhead',
  'vmxConfigChecksum',
  'guestIntegrityInfo',
  'vmStorageObjectId',
  'swapStorageObjectId',
  'forkConfigInfo',
  'scheduledHardwareUpgradeInfo',
]);

/** The VM's configuration as of the snapshot, with the names of its places and networks looked up. */
export async function captureConfiguration(vcenter: Vcenter, vm: MoRef, snapshot: SnapshotState, options: CallOptions = {}): Promise<VmConfiguration> {
  const { config } = snapshot;
  const detail = await describeVm(vcenter, vm, options);
  const cluster = detail.host === undefined ? undefined : (await tryProperties(vcenter, detail.host, ['name', 'parent'], options)).values;
  const networks = await networkNames(vcenter, detail.networks, options);
  const pathOf = async (ref: MoRef | undefined) => (ref === undefined ? undefined : await readPath(vcenter, ref, options));
  const devices = ((config.hardware as DataObject).device ?? []) as DataObject[];
  return {
    version: 1,
    name: config.name as string,
    ...present({
      folder: await pathOf(detail.parent),
      datacenter: detail.datacenter,
      resourcePool: await pathOf(detail.resourcePool),
      cluster: await pathOf(cluster?.parent as MoRef | undefined),
      host: cluster?.name as string | undefined,
      powerState: detail.powerState,
      instanceUuid: config.instanceUuid as string | undefined,
      biosUuid: config.uuid as string | undefined,
      nvramFile: await nvramFile(vcenter, vm, config, options),
      vmxFile: (config.files as DataObject | undefined)?.vmPathName as string | undefined,
    }),
    nics: devices.filter((device) => isA(device.$type ?? '', 'VirtualEthernetCard')).map((device) => nic(device, networks)),
    disks: snapshot.disks.map(disk),
    config: toJson(Object.fromEntries(Object.entries(config).filter(([field]) => !ofTheMoment.has(field)))) as Record<string, unknown>,
  };
}

function present<T extends Record<string, string | undefined>>(texts: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined && text !== '')) as { [K in keyof T]?: string };
}

/** Names of networks, by what a NIC's backing says of them: reference, portgroup key or opaque id. */
async function networkNames(vcenter: Vcenter, networks: readonly MoRef[], options: CallOptions): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const ref of networks) {
    const paths = { DistributedVirtualPortgroup: ['name', 'key'], OpaqueNetwork: ['name', 'summary'] }[ref.type] ?? ['name'];
    const { values }: ObjectProperties = await tryProperties(vcenter, ref, paths, options);
    if (typeof values.name !== 'string') continue;
    for (const id of [ref.value, values.key, (values.summary as DataObject | undefined)?.opaqueNetworkId])
      if (typeof id === 'string') names.set(id, values.name);
  }
  return names;
}

function nic(device: DataObject, networks: ReadonlyMap<string, string>): CapturedNic {
  const backing = (device.backing ?? {}) as DataObject;
  const ids = [(backing.port as DataObject | undefined)?.portgroupKey, backing.opaqueNetworkId, (backing.network as MoRef | undefined)?.value];
  const network = ids.map((id) => (typeof id === 'string' ? networks.get(id) : undefined)).find((name) => name !== undefined) ?? backing.deviceName;
  return {
    key: device.key as number,
    label: ((device.deviceInfo as DataObject | undefined)?.label as string | undefined) ?? `network adapter ${device.key}`,
    type: device.$type as string,
    ...present({ mac: device.macAddress as string | undefined, network: network as string | undefined }),
  };
}

function disk({ key, label, capacity, file, controller, unit }: SnapshotDisk): CapturedDisk {
  return { key, label, capacity, datastore: parseDatastorePath(file).datastore, controller: { type: controller.type, bus: controller.bus }, unit };
}

/** Where the UEFI variables are kept: as the file layout says, else beside the VM's file by the name in its settings. */
async function nvramFile(vcenter: Vcenter, vm: MoRef, config: DataObject, options: CallOptions): Promise<string | undefined> {
  const files = ((await tryProperties(vcenter, vm, ['layoutEx.file'], options)).values['layoutEx.file'] ?? []) as DataObject[];
  const listed = files.find((file) => file.type === 'nvram')?.name;
  if (typeof listed === 'string') return listed;
  const name = ((config.extraConfig ?? []) as DataObject[]).find((option) => option.key === 'nvram')?.value;
  const vmx = (config.files as DataObject | undefined)?.vmPathName;
  if (typeof name !== 'string' || name === '' || name.includes('/') || typeof vmx !== 'string') return undefined;
  return `${vmx.slice(0, vmx.lastIndexOf('/') + 1)}${name}`;
}
