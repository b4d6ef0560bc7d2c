import { Semaphore } from '@holdfast/kit';
import type { DatacenterEntity } from '../inventory/datacenter.ts';
import type { DatastoreEntity } from '../inventory/datastore.ts';
import type { FolderEntity } from '../inventory/folder.ts';
import type { HostEntity } from '../inventory/host.ts';
import type { ResourcePoolEntity } from '../inventory/resource-pool.ts';
import { moRef } from '../inventory/world.ts';
import type { Vcenter } from '../vcenter.ts';
import { defaultDevices } from './default-devices.ts';
import { withChildren } from './device-keys.ts';
import { guestFullName } from './guest-names.ts';
import type { Machine, MachineState } from './machine.ts';
import { networksOf } from './machine-networks.ts';
import { machineProperties } from './machine-properties.ts';

export interface MachinePlace {
  readonly datacenter: DatacenterEntity;
  readonly folder: FolderEntity;
  readonly host: HostEntity;
  readonly pool: ResourcePoolEntity;
  readonly datastore: DatastoreEntity;
  readonly directory: string;
  readonly fileStem: string;
}

/** A VM that nobody sees yet; {@link enterInventory} shows it. */
export function buildMachine(vcenter: Vcenter, name: string, place: MachinePlace, state: MachineState): Machine {
  const ref = moRef('VirtualMachine', vcenter.world.nextId('vm'));
  const browser = vcenter.createEnvironmentBrowser(vcenter.createDatastoreBrowser(() => machine.datacenter.datastores));
  const machine: Machine = {
    ref,
    name,
    parent: place.folder,
    datacenter: place.datacenter,
    host: place.host,
    pool: place.pool,
    datastore: place.datastore,
    directory: place.directory,
    fileStem: place.fileStem,
    state,
    disks: new Map(),
    snapshots: [],
    current: undefined,
    lastSnapshotId: 0,
    power: 'poweredOff',
    bootTimeMs: undefined,
    tools: 'notInstalled',
    template: false,
    changeVersion: 1,
    modifiedMs: vcenter.clock.now(),
    disabled: [],
    busy: undefined,
    leased: false,
    stun: new Semaphore(1),
    label: () => machine.name,
    contents: () => [],
    properties: machineProperties(vcenter, () => machine, browser),
  };
  return machine;
}

/** What a VM is before its spec says more. */
export function initialState(vcenter: Vcenter, guestId: string, version: string, fileStem: string): MachineState {
  const allocation = {
    $type: 'ResourceAllocationInfo',
    reservation: 0,
    expandableReservation: false,
    limit: -1,
    shares: { $type: 'SharesInfo', shares: 1000, level: 'normal' },
  };
  return {
    config: {
      version,
      guestId,
      guestFullName: guestFullName(guestId),
      alternateGuestName: '',
      annotation: '',
      uuid: vcenter.randomUuid().replace(/^..../, '4200'),
      instanceUuid: vcenter.randomUuid().replace(/^..../, '5000'),
      createDate: new Date(vcenter.clock.now()),
      firmware: 'bios',
      changeTrackingEnabled: false,
      tools: {
        $type: 'ToolsConfigInfo',
        toolsVersion: 0,
        afterPowerOn: true,
        afterResume: true,
        beforeGuestStandby: true,
        beforeGuestShutdown: true,
        toolsUpgradePolicy: 'manual',
        syncTimeWithHost: false,
      },
      flags: {
        $type: 'VirtualMachineFlagInfo',
        disableAcceleration: false,
        enableLogging: true,
        useToe: false,
        runWithDebugInfo: false,
        monitorType: 'release',
        htSharing: 'any',
        snapshotDisabled: false,
        snapshotLocked: false,
        diskUuidEnabled: false,
        virtualMmuUsage: 'automatic',
        virtualExecUsage: 'hvAuto',
        snapshotPowerOffBehavior: 'powerOff',
        recordReplayEnabled: false,
        vvtdEnabled: false,
        vbsEnabled: false,
      },
      defaultPowerOps: {
        $type: 'VirtualMachineDefaultPowerOpInfo',
        powerOffType: 'soft',
        suspendType: 'hard',
        resetType: 'soft',
        defaultPowerOffType: 'soft',
        defaultSuspendType: 'hard',
        defaultResetType: 'soft',
        standbyAction: 'checkpoint',
      },
      cpuAllocation: allocation,
      memoryAllocation: allocation,
      memoryHotAddEnabled: false,
      cpuHotAddEnabled: false,
      cpuHotRemoveEnabled: false,
      swapPlacement: 'inherit',
      bootOptions: {
        $type: 'VirtualMachineBootOptions',
        bootDelay: 0,
        enterBIOSSetup: false,
        efiSecureBootEnabled: false,
        bootRetryEnabled: false,
        bootRetryDelay: 10_000,
      },
      vAssertsEnabled: false,
      maxMksConnections: 40,
      guestAutoLockEnabled: true,
      memoryReservationLockedToMax: false,
      nestedHVEnabled: false,
      vPMCEnabled: false,
      messageBusTunnelEnabled: false,
      migrateEncryption: 'opportunistic',
      extraConfig: [{ $type: 'OptionValue', key: 'nvram', value: `${fileStem}.nvram` }],
    },
    hardware: { numCPU: 1, numCoresPerSocket: 1, memoryMB: 1024 },
    devices: withChildren(defaultDevices()),
  };
}

export function enterInventory(vcenter: Vcenter, machine: Machine): void {
  (machine.parent as FolderEntity).children.push(machine);
  machine.host.vms.push(machine);
  machine.pool.vms.push(machine);
  vcenter.world.add(machine);
  refreshLinks(machine);
}

export function leaveInventory(vcenter: Vcenter, machine: Machine): void {
  const lists = [(machine.parent as FolderEntity).children, machine.host.vms, machine.pool.vms];
  for (const list of [...lists, ...machine.datacenter.datastores.map((one) => one.vms), ...machine.datacenter.networks.map((one) => one.vms)]) {
    const index = list.indexOf(machine);
    if (index >= 0) list.splice(index, 1);
  }
  vcenter.world.remove(machine.ref);
}

/** Datastores and networks list the VMs that use them. */
export function refreshLinks(machine: Machine): void {
  const datastores = new Set([machine.datastore, ...[...machine.disks.values()].map((one) => one.datastore)]);
  const networks = new Set(networksOf(machine));
  for (const datastore of machine.datacenter.datastores) link(datastore.vms, machine, datastores.has(datastore));
  for (const network of machine.datacenter.networks) link(network.vms, machine, networks.has(network));
}

function link(list: unknown[], machine: Machine, wanted: boolean): void {
  const index = list.indexOf(machine);
  if (wanted && index < 0) list.push(machine);
  if (!wanted && index >= 0) list.splice(index, 1);
}
