import { vsphereErrors } from '../errors.ts';
import type { Network } from '../inventory/inventory.ts';
import { type DataObject, isA } from '../wire/index.ts';
import { deviceOutcome } from './device-spec.ts';
import { carriedOverSettings } from './extra-config.ts';
import { fromJson } from './json-value.ts';
import type { VmConfiguration } from './vm-configuration.ts';

export interface Placement {
  readonly name: string;
  /** name of the datastore for the VM's files, and for disks that `diskDatastores` doesn't name */
  readonly datastore: string;
  /** by device key of the disk: name of another datastore */
  readonly diskDatastores?: Readonly<Record<number, string>> | undefined;
  /** by the captured network's name: where the NIC goes now, or `none` to leave it out. Names that are missing are left out, too. */
  readonly networks: Readonly<Record<string, Network | 'none'>>;
  readonly keepMac: boolean;
  /** Keep instance UUID, BIOS UUID and the disks' UUIDs: only where the original is gone. */
  readonly keepUuids: boolean;
  /** keys of the disks to create; all when absent */
  readonly disks?: readonly number[] | undefined;
  /** `as-captured` when absent */
  readonly provisioning?: 'as-captured' | 'thin' | 'thick' | undefined;
}

export interface Dropped {
  /** of the device */
  readonly key?: number;
  readonly label: string;
  readonly reason: string;
}

export interface ConfigSpecResult {
  /** `VirtualMachineConfigSpec` */
  readonly spec: DataObject;
  /** Devices and settings that don't come back, or not as they were, with the reason. */
  readonly dropped: readonly Dropped[];
  /** Disks that the spec creates, by their keys in the captured configuration. */
  readonly disks: readonly number[];
}

/** Settings that `VirtualMachineConfigInfo` and `VirtualMachineConfigSpec` have under one name and meaning. */
const sameInSpec = [
  'version',
  'guestId',
  'alternateGuestName',
  'annotation',
  'rebootPowerOff',
  'memoryHotAddEnabled',
  'cpuHotAddEnabled',
  'cpuHotRemoveEnabled',
  'latencySensitivity',
  'swapPlacement',
  'firmware',
  'maxMksConnections',
  'guestAutoLockEnabled',
  'memoryReservationLockedToMax',
  'nestedHVEnabled',
  'vPMCEnabled',
  'messageBusTunnelEnabled',
  'migrateEncryption',
  'sevEnabled',
  'guestMonitoringModeInfo',
  'vmxStatsCollectionEnabled',
  'vmOpNotificationToAppEnabled',
  'vmOpNotificationTimeout',
];

const sameInHardware = ['virtualICH7MPresent', 'virtualSMCPresent', 'motherboardLayout', 'simultaneousThreads'];

/** Of structures, the fields that may be set. */
const settable: Readonly<Record<string, readonly string[]>> = {
  bootOptions: ['bootDelay', 'enterBIOSSetup', 'efiSecureBootEnabled', 'bootRetryEnabled', 'bootRetryDelay', 'networkBootProtocol'],
  flags: [
    'disableAcceleration',
    'enableLogging',
    'htSharing',
    'diskUuidEnabled',
    'virtualMmuUsage',
    'virtualExecUsage',
    'snapshotPowerOffBehavior',
    'cbrcCacheEnabled',
    'vvtdEnabled',
    'vbsEnabled',
  ],
  tools: [
    'afterPowerOn',
    'afterResume',
    'beforeGuestStandby',
    'beforeGuestShutdown',
    'beforeGuestReboot',
    'toolsUpgradePolicy',
    'syncTimeWithHostAllowed',
    'syncTimeWithHost',
  ],
  defaultPowerOps: ['powerOffType', 'suspendType', 'resetType', 'standbyAction'],
  cpuAllocation: ['reservation', 'limit', 'shares'],
  memoryAllocation: ['reservation', 'limit', 'shares'],
};

/** What a VM had that has no place in a new one. */
const notPutBack: readonly (readonly [string, string])[] = [
  ['keyId', 'it was encrypted by vSphere; the new VM is not, unless its storage policy says so'],
  ['vAppConfig', 'vApp options (OVF properties) are not put back'],
  ['managedBy', 'it was managed by another product, which does not know the new VM'],
  ['ftInfo', 'fault tolerance is switched on anew'],
  ['repConfig', 'replication is set up anew'],
  ['cpuAffinity', 'it is bound to processors of the host it ran on'],
  ['memoryAffinity', 'it is bound to memory of the host it ran on'],
  ['pmem', 'persistent memory is not part of a recovery point'],
  ['deviceGroups', 'groups of passed-through devices are bound to the host it ran on'],
];

function pick(from: unknown, fields: readonly string[]): DataObject {
  const object = (from ?? {}) as DataObject;
  return Object.fromEntries(fields.filter((field) => object[field] !== undefined).map((field) => [field, object[field]]));
}

function devicesOf(config: DataObject): DataObject[] {
  return ((config.hardware as DataObject | undefined)?.device ?? []) as DataObject[];
}

function labelOf(device: DataObject): string {
  return ((device.deviceInfo as DataObject | undefined)?.label as string | undefined) ?? `${device.$type} ${device.key}`;
}

/** @throws `VSPHERE_REFUSED` when the captured configuration is of a form this version doesn't know */
export function toConfigSpec(captured: VmConfiguration, placement: Placement): ConfigSpecResult {
  if (captured.version !== 1) {
    throw vsphereErrors.create('VSPHERE_REFUSED', `the configuration kept with the point is of form ${captured.version}, and this version knows form 1`, {
      advice: 'Use a newer version of Holdfast.',
    });
  }
  const config = fromJson(captured.config) as DataObject;
  const devices = devicesOf(config);
  const used = new Set(devices.map((device) => device.controllerKey as number));
  const outcomes = devices.map((device) => ({ device, ...deviceOutcome(device, { placement, nics: captured.nics, used }) }));
  const dropped: Dropped[] = outcomes.flatMap(({ device, dropped: reason }) =>
    reason === undefined ? [] : [{ key: device.key as number, label: labelOf(device), reason }],
  );
  for (const [field, reason] of notPutBack) if (config[field] !== undefined && !isEmpty(config[field])) dropped.push({ label: field, reason });
  const changes = outcomes.flatMap(({ change }) => (change === undefined ? [] : [change]));
  return {
    spec: { $type: 'VirtualMachineConfigSpec', ...settings(config, captured, placement), deviceChange: changes },
    dropped,
    disks: outcomes.filter(({ device, change }) => change !== undefined && isA(device.$type ?? '', 'VirtualDisk')).map(({ device }) => device.key as number),
  };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.entries(value).every(([name, one]) => name === '$type' || isEmpty(one));
}

function settings(config: DataObject, captured: VmConfiguration, placement: Placement): DataObject {
  const hardware = (config.hardware ?? {}) as DataObject;
  const structure = (field: string, name = field) => (config[field] === undefined ? {} : { [name]: pick(config[field], settable[field]!) });
  const numa = config.numaInfo as DataObject | undefined;
  return {
    name: placement.name,
    files: { vmPathName: `[${placement.datastore}]` },
    ...pick(config, sameInSpec),
    ...pick(hardware, sameInHardware),
    numCPUs: hardware.numCPU,
    memoryMB: hardware.memoryMB,
    ...(hardware.numCoresPerSocket === undefined || hardware.autoCoresPerSocket === true ? {} : { numCoresPerSocket: hardware.numCoresPerSocket }),
    ...structure('flags'),
    ...structure('tools'),
    ...structure('bootOptions'),
    ...structure('defaultPowerOps', 'powerOpInfo'),
    ...structure('cpuAllocation'),
    ...structure('memoryAllocation'),
    ...(numa === undefined || numa.autoCoresPerNumaNode === true
      ? {}
      : {
          virtualNuma: {
            ...pick(numa, ['coresPerNumaNode']),
            ...(numa.vnumaOnCpuHotaddExposed === undefined ? {} : { exposeVnumaOnCpuHotadd: numa.vnumaOnCpuHotaddExposed }),
          },
        }),
    extraConfig: carriedOverSettings((config.extraConfig ?? []) as DataObject[]),
    ...(placement.keepUuids && captured.biosUuid !== undefined ? { uuid: captured.biosUuid } : {}),
    ...(placement.keepUuids && captured.instanceUuid !== undefined ? { instanceUuid: captured.instanceUuid } : {}),
  };
}

/**
 * What can be set only after the VM exists and its disks are written: boot order, video memory, change tracking.
 * @param created `config` of the new VM
 * @returns a `VirtualMachineConfigSpec` for `ReconfigVM_Task`
 */
export function toFinishingSpec(captured: VmConfiguration, created: DataObject): DataObject {
  const before = fromJson(captured.config) as DataObject;
  const keys = correspondingKeys(devicesOf(before), devicesOf(created));
  const order = (((before.bootOptions as DataObject | undefined)?.bootOrder ?? []) as DataObject[]).flatMap((entry) => {
    if (entry.deviceKey === undefined) return [entry];
    const deviceKey = keys.get(entry.deviceKey as number);
    return deviceKey === undefined ? [] : [{ ...entry, deviceKey }];
  });
  const video = videoChange(devicesOf(before), devicesOf(created));
  return {
    $type: 'VirtualMachineConfigSpec',
    ...(before.changeTrackingEnabled === true ? { changeTrackingEnabled: true } : {}),
    ...(order.length === 0 ? {} : { bootOptions: { bootOrder: order } }),
    ...(video === undefined ? {} : { deviceChange: [video] }),
  };
}

/** Old device key → new one, by what the device is and where it sits. */
function correspondingKeys(before: readonly DataObject[], after: readonly DataObject[]): ReadonlyMap<number, number> {
  const seats = (devices: readonly DataObject[]) =>
    devices.map((device) => {
      const controller = devices.find((one) => one.key === device.controllerKey);
      return { key: device.key as number, seat: [device.$type, controller?.$type, controller?.busNumber, device.unitNumber].join(' ') };
    });
  const places = new Map(seats(after).map(({ key, seat }) => [seat, key]));
  return new Map(seats(before).flatMap(({ key, seat }) => (places.has(seat) ? [[key, places.get(seat)!] as const] : [])));
}

const videoFields = ['videoRamSizeInKB', 'numDisplays', 'useAutoDetect', 'enable3DSupport', 'use3dRenderer', 'graphicsMemorySizeInKB'];

function videoChange(before: readonly DataObject[], after: readonly DataObject[]): DataObject | undefined {
  const card = (devices: readonly DataObject[]) => devices.find((device) => device.$type === 'VirtualMachineVideoCard');
  const [wanted, made] = [card(before), card(after)];
  if (wanted === undefined || made === undefined || videoFields.every((field) => wanted[field] === undefined || wanted[field] === made[field]))
    return undefined;
  return { operation: 'edit', device: { $type: 'VirtualMachineVideoCard', key: made.key, ...pick(wanted, videoFields) } };
}
