import { entityProperties, refs } from '../inventory/entity.ts';
import type { Vcenter } from '../vcenter.ts';
import { configInfo } from './config-info.ts';
import { guestFamily, guestFullName } from './guest-names.ts';
import { layoutEx } from './layout-ex.ts';
import { allSnapshots, type Machine } from './machine.ts';
import { networksOf } from './machine-networks.ts';
import { snapshotInfo } from './snapshot-tree.ts';

/** The properties of a virtual machine. */
export function machineProperties(vcenter: Vcenter, self: () => Machine, environmentBrowser: { type: string; value: string }): Machine['properties'] {
  const of =
    <T>(read: (machine: Machine) => T) =>
    (): T =>
      read(self());
  return {
    ...entityProperties(self, vcenter.tasks),
    config: of(configInfo),
    capability: of(capability),
    runtime: of(runtime),
    guest: of(guest),
    guestHeartbeatStatus: of((machine) => (machine.power === 'poweredOn' && machine.tools === 'running' ? 'green' : 'gray')),
    layoutEx: of((machine) => layoutEx(machine, new Date(machine.modifiedMs))),
    summary: of(summary),
    snapshot: of(snapshotInfo),
    rootSnapshot: of((machine) => machine.snapshots.map((snapshot) => snapshot.ref)),
    datastore: of((machine) => refs([...new Set([machine.datastore, ...[...machine.disks.values()].map((one) => one.datastore)])])),
    network: of((machine) => refs(networksOf(machine))),
    resourcePool: of((machine) => (machine.template ? undefined : machine.pool.ref)),
    environmentBrowser: () => environmentBrowser,
    disabledMethod: of((machine) => [...new Set([...machine.disabled.map((one) => one.method), ...disabledByState(machine)])]),
    storage: of(async (machine) => ({
      $type: 'VirtualMachineStorageInfo',
      perDatastoreUsage: [{ $type: 'VirtualMachineUsageOnDatastore', datastore: machine.datastore.ref, ...(await storageUse(machine)) }],
      timestamp: new Date(machine.modifiedMs),
    })),
  };
}

function disabledByState(machine: Machine): string[] {
  if (machine.power === 'poweredOn') return ['PowerOnVM_Task', 'Destroy_Task', 'UnregisterVM', 'MarkAsTemplate'];
  return ['PowerOffVM_Task', 'SuspendVM_Task', 'ResetVM_Task', 'ShutdownGuest', 'RebootGuest'];
}

function runtime(machine: Machine): Record<string, unknown> {
  const isOn = machine.power === 'poweredOn';
  const disks = [
    ...new Set([...machine.disks.values(), ...allSnapshots(machine).flatMap((one) => [...one.disks.values()].map((at) => at.attached))].map((one) => one.disk)),
  ];
  return {
    $type: 'VirtualMachineRuntimeInfo',
    host: machine.host.ref,
    connectionState: 'connected',
    powerState: machine.power,
    faultToleranceState: 'notConfigured',
    toolsInstallerMounted: false,
    bootTime: machine.bootTimeMs === undefined ? undefined : new Date(machine.bootTimeMs),
    suspendInterval: 0,
    memoryOverhead: isOn ? 50_000_000 : undefined,
    maxCpuUsage: isOn ? machine.state.hardware.numCPU * 2600 : undefined,
    maxMemoryUsage: isOn ? machine.state.hardware.memoryMB : undefined,
    numMksConnections: 0,
    recordReplayState: 'inactive',
    cleanPowerOff: isOn ? undefined : true,
    onlineStandby: false,
    consolidationNeeded: disks.some((disk) => disk.consolidationNeeded),
    paused: false,
    snapshotInBackground: false,
    quiescedForkParent: false,
    instantCloneFrozen: false,
    cryptoState: undefined,
  };
}

function toolsStates(machine: Machine) {
  const isRunning = machine.power === 'poweredOn' && machine.tools === 'running';
  const isInstalled = machine.tools !== 'notInstalled';
  return {
    toolsStatus: !isInstalled ? 'toolsNotInstalled' : isRunning ? 'toolsOk' : 'toolsNotRunning',
    toolsVersionStatus: isInstalled ? 'guestToolsUnmanaged' : 'guestToolsNotInstalled',
    toolsVersionStatus2: isInstalled ? 'guestToolsUnmanaged' : 'guestToolsNotInstalled',
    toolsRunningStatus: isRunning ? 'guestToolsRunning' : 'guestToolsNotRunning',
  };
}

function guest(machine: Machine): Record<string, unknown> {
  const guestId = machine.state.config.guestId as string;
  const isRunning = machine.power === 'poweredOn' && machine.tools === 'running';
  return {
    $type: 'GuestInfo',
    ...toolsStates(machine),
    toolsVersion: machine.tools === 'notInstalled' ? '0' : '12352',
    ...(isRunning && { guestId, guestFamily: guestFamily(guestId), guestFullName: guestFullName(guestId), hostName: machine.name, ipAddress: '192.0.2.10' }),
    guestState: isRunning ? 'running' : 'notRunning',
    appHeartbeatStatus: 'appStatusGray',
    guestKernelCrashed: isRunning ? false : undefined,
    appState: 'none',
    guestOperationsReady: isRunning,
    interactiveGuestOperationsReady: false,
    guestStateChangeSupported: isRunning,
    hwVersion: machine.state.config.version as string,
  };
}

async function summary(machine: Machine): Promise<Record<string, unknown>> {
  const { config, hardware, devices } = machine.state;
  const guestId = config.guestId as string;
  return {
    $type: 'VirtualMachineSummary',
    vm: machine.ref,
    runtime: runtime(machine),
    guest: { $type: 'VirtualMachineGuestSummary', guestId, guestFullName: guestFullName(guestId), ...toolsStates(machine), hwVersion: config.version },
    config: {
      $type: 'VirtualMachineConfigSummary',
      name: machine.name,
      template: machine.template,
      vmPathName: (configInfo(machine).files as { vmPathName: string }).vmPathName,
      memorySizeMB: hardware.memoryMB,
      cpuReservation: 0,
      memoryReservation: 0,
      numCpu: hardware.numCPU,
      numEthernetCards: devices.filter((device) => 'macAddress' in device).length,
      numVirtualDisks: machine.disks.size,
      uuid: config.uuid,
      instanceUuid: config.instanceUuid,
      guestId,
      guestFullName: guestFullName(guestId),
      annotation: config.annotation,
      installBootRequired: false,
      tpmPresent: devices.some((device) => device.$type === 'VirtualTPM'),
      numVmiopBackings: 0,
      hwVersion: config.version,
    },
    storage: { $type: 'VirtualMachineStorageSummary', ...(await storageUse(machine)), timestamp: new Date(machine.modifiedMs) },
    quickStats: {
      $type: 'VirtualMachineQuickStats',
      overallCpuUsage: 0,
      guestMemoryUsage: 0,
      hostMemoryUsage: 0,
      guestHeartbeatStatus: 'gray',
      uptimeSeconds: 0,
    },
    overallStatus: 'green',
    customValue: [],
  };
}

async function storageUse(machine: Machine): Promise<{ committed: number; uncommitted: number; unshared: number }> {
  let committed = 0;
  let capacity = 0;
  for (const { disk } of machine.disks.values()) {
    capacity += disk.capacity;
    for (const file of await disk.files()) committed += file.uniqueSize;
  }
  return { committed, uncommitted: Math.max(0, capacity - committed), unshared: committed };
}

function capability(machine: Machine): Record<string, unknown> {
  const version = Number.parseInt(String(machine.state.config.version).replace('vmx-', ''), 10);
  const supported =
    'snapshotOperationsSupported multipleSnapshotsSupported snapshotConfigSupported poweredOffSnapshotsSupported memorySnapshotsSupported revertToSnapshotSupported ' +
    'quiescedSnapshotsSupported disableSnapshotsSupported lockSnapshotsSupported consolePreferencesSupported cpuFeatureMaskSupported s1AcpiManagementSupported ' +
    'toolsAutoUpdateSupported swapPlacementSupported toolsSyncTimeSupported virtualMmuUsageSupported diskSharesSupported bootOptionsSupported bootRetryOptionsSupported ' +
    'settingVideoRamSizeSupported settingDisplayTopologySupported multipleCoresPerSocketSupported hostBasedReplicationSupported memoryReservationLockSupported ' +
    'featureRequirementSupported seSparseDiskSupported nestedHVSupported vPMCSupported secureBootSupported diskOnlySnapshotOnSuspendedVMSupported';
  const unsupported =
    'settingScreenResolutionSupported vmNpivWwnSupported npivWwnOnNonRdmVmSupported vmNpivWwnDisableSupported vmNpivWwnUpdateSupported recordReplaySupported ' +
    'guestAutoLockSupported poweredOnMonitorTypeChangeSupported';
  return {
    $type: 'VirtualMachineCapability',
    ...Object.fromEntries(supported.split(' ').map((name) => [name, true])),
    ...Object.fromEntries(unsupported.split(' ').map((name) => [name, false])),
    changeTrackingSupported: version >= 7,
  };
}
