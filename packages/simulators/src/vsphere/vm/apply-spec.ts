import { vimFault } from '../soap/vim-fault.ts';
import type { Vcenter } from '../vcenter.ts';
import { changeDevices, type DeviceChange } from './device-changes.ts';
import { isIndependent, type Machine } from './machine.ts';

/** `VirtualMachineConfigSpec` */
export type ConfigSpec = Readonly<Record<string, unknown>>;

/** Fields with the same name and type in the spec and in the configuration. */
const copied = (
  'createDate uuid instanceUuid locationId guestId alternateGuestName annotation consolePreferences rebootPowerOff memoryHotAddEnabled cpuHotAddEnabled ' +
  'cpuHotRemoveEnabled latencySensitivity cpuAffinity memoryAffinity networkShaper swapPlacement vAssertsEnabled firmware maxMksConnections ' +
  'guestAutoLockEnabled managedBy memoryReservationLockedToMax nestedHVEnabled vPMCEnabled messageBusTunnelEnabled migrateEncryption sgxInfo ftEncryptionMode ' +
  'guestMonitoringModeInfo sevEnabled pmemFailoverEnabled vmxStatsCollectionEnabled vmOpNotificationToAppEnabled vmOpNotificationTimeout'
).split(' ');

/** Objects of which the spec names only the parts that change. */
const merged: Readonly<Record<string, string>> = {
  tools: 'tools',
  flags: 'flags',
  bootOptions: 'bootOptions',
  powerOpInfo: 'defaultPowerOps',
  cpuAllocation: 'cpuAllocation',
  memoryAllocation: 'memoryAllocation',
};

const trackingKey = 'ctkEnabled';
const firstVersionWithTracking = 7;

/** Changes a VM as the spec says; devices last, since they can fail halfway. The VM's name is the caller's matter. */
export async function applySpec(vcenter: Vcenter, machine: Machine, spec: ConfigSpec): Promise<void> {
  const config: Record<string, unknown> = { ...machine.state.config };
  for (const field of copied) if (spec[field] !== undefined) config[field] = spec[field];
  for (const [from, to] of Object.entries(merged)) {
    if (spec[from] !== undefined) config[to] = { ...(config[to] as object | undefined), ...(spec[from] as object) };
  }
  if (spec.version !== undefined) config.version = spec.version;
  const wantsTracking = trackingAsked(spec, config);
  if (wantsTracking !== undefined) requireTrackable(machine, config, wantsTracking);
  config.extraConfig = mergedOptions(config.extraConfig, spec.extraConfig);
  const hardware = {
    numCPU: (spec.numCPUs as number | undefined) ?? machine.state.hardware.numCPU,
    numCoresPerSocket: (spec.numCoresPerSocket as number | undefined) ?? machine.state.hardware.numCoresPerSocket,
    memoryMB: (spec.memoryMB as number | undefined) ?? machine.state.hardware.memoryMB,
  };
  refuseHotChange(machine, hardware);
  if (hardware.numCPU < 1 || hardware.memoryMB < 4)
    throw vimFault('InvalidVmConfig', 'The number of CPUs or the memory size is out of bounds.', { property: 'configSpec' });
  const before = machine.state;
  machine.state = { ...before, config, hardware };
  try {
    await changeDevices(vcenter, machine, (spec.deviceChange as DeviceChange[] | undefined) ?? []);
  } catch (error) {
    machine.state = before;
    throw error;
  }
  if (wantsTracking !== undefined) await setTracking(machine, wantsTracking);
}

function trackingAsked(spec: ConfigSpec, config: Record<string, unknown>): boolean | undefined {
  const option = (spec.extraConfig as { key: string; value: unknown }[] | undefined)?.find((one) => one.key === trackingKey);
  const asked = (spec.changeTrackingEnabled as boolean | undefined) ?? (option === undefined ? undefined : /^true$/i.test(String(option.value)));
  if (asked !== undefined) config.changeTrackingEnabled = asked;
  return asked;
}

function requireTrackable(machine: Machine, config: Record<string, unknown>, wanted: boolean): void {
  const version = Number.parseInt(String(config.version).replace('vmx-', ''), 10);
  if (wanted && version < firstVersionWithTracking)
    throw vimFault('NotSupported', 'The operation is not supported on the object: virtual hardware older than version 7.');
  if (machine.template) throw vimFault('NotSupported', 'The operation is not supported on a template.');
}

async function setTracking(machine: Machine, wanted: boolean): Promise<void> {
  for (const attached of machine.disks.values()) {
    if (attached.layer !== undefined || isIndependent(attached)) continue;
    await attached.disk.setTracking(wanted, { poweredOn: machine.power === 'poweredOn' });
  }
  const options = [{ $type: 'OptionValue', key: trackingKey, value: wanted ? 'TRUE' : 'FALSE' }];
  machine.state = { ...machine.state, config: { ...machine.state.config, extraConfig: mergedOptions(machine.state.config.extraConfig, options) } };
}

/** An option with an empty value is removed. */
function mergedOptions(present: unknown, changes: unknown): { $type: string; key: string; value: unknown }[] {
  const options = new Map(((present as { key: string; value: unknown }[] | undefined) ?? []).map((one) => [one.key, one.value]));
  for (const { key, value } of (changes as { key: string; value: unknown }[] | undefined) ?? []) {
    if (value === '' || value === undefined) options.delete(key);
    else options.set(key, value);
  }
  return [...options].map(([key, value]) => ({ $type: 'OptionValue', key, value }));
}

function refuseHotChange(machine: Machine, hardware: Machine['state']['hardware']): void {
  const now = machine.state.hardware;
  if (machine.power === 'poweredOff' || (hardware.numCPU === now.numCPU && hardware.memoryMB === now.memoryMB)) return;
  const allowed =
    (hardware.numCPU === now.numCPU || (machine.state.config.cpuHotAddEnabled === true && hardware.numCPU > now.numCPU)) &&
    (hardware.memoryMB === now.memoryMB || (machine.state.config.memoryHotAddEnabled === true && hardware.memoryMB > now.memoryMB));
  if (!allowed) {
    throw vimFault('InvalidPowerState', 'The attempted operation cannot be performed in the current state (Powered on).', {
      requestedState: 'poweredOff',
      existingState: machine.power,
    });
  }
}
