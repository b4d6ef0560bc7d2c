import { type ObjectProperties, readProperties, scanProperties, tryProperties } from '../client/properties.ts';
import type { CallOptions, Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import type { DataObject, MoRef } from '../wire/index.ts';
import { type Entity, readPlaces } from './inventory.ts';
import type { InventoryPaths } from './paths.ts';
import { placeOf, placesAbove } from './place.ts';

/** A VM as the light scan shows it. What the account may not see, or isn't set, is absent. */
export interface VmSummary extends Entity {
  readonly instanceUuid?: string;
  readonly biosUuid?: string;
  readonly template: boolean;
  readonly powerState?: 'poweredOn' | 'poweredOff' | 'suspended';
  /** `connected`, `disconnected`, `orphaned`, `inaccessible`, `invalid` */
  readonly connectionState?: string;
  readonly host?: MoRef;
  readonly changeTracking?: boolean;
  /** vCenter's or another product's own VM: `extensionKey` of who manages it */
  readonly managedBy?: string;
  /** bytes on datastores */
  readonly storageBytes?: number;
}

const summaryPaths = [
  'name',
  'parent',
  'parentVApp',
  'config.instanceUuid',
  'config.uuid',
  'config.template',
  'config.changeTrackingEnabled',
  'config.managedBy',
  'runtime.powerState',
  'runtime.connectionState',
  'runtime.host',
  'summary.storage',
];

/** All VMs the account may see, a page at a time. Paths are of the moment the scan began. */
export async function* listVms(vcenter: Vcenter, options: CallOptions = {}): AsyncGenerator<VmSummary> {
  const paths = await readPlaces(vcenter, options);
  for await (const one of scanProperties(vcenter, 'VirtualMachine', summaryPaths, options)) yield summary(one, paths);
}

/** Without the properties that have no value. */
type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function known<T extends object>(properties: T): Known<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Known<T>;
}

function summary(one: ObjectProperties, paths: InventoryPaths): VmSummary {
  const { values } = one;
  const place = placeOf(one);
  const storage = values['summary.storage'] as { committed?: number } | undefined;
  return {
    ref: one.ref,
    name: place.name,
    path: paths.pathOf(place),
    template: values['config.template'] === true,
    ...known({
      parent: place.parent,
      datacenter: paths.datacenterOf(place),
      instanceUuid: values['config.instanceUuid'] as string | undefined,
      biosUuid: values['config.uuid'] as string | undefined,
      powerState: values['runtime.powerState'] as VmSummary['powerState'],
      connectionState: values['runtime.connectionState'] as string | undefined,
      host: values['runtime.host'] as MoRef | undefined,
      changeTracking: values['config.changeTrackingEnabled'] as boolean | undefined,
      managedBy: (values['config.managedBy'] as { extensionKey?: string } | undefined)?.extensionKey,
      storageBytes: storage?.committed,
    }),
  };
}

/** What decides how a VM is protected, read for one VM. */
export interface VmDetail extends VmSummary {
  /** `vmx-19` → 19 */
  readonly hardwareVersion: number;
  readonly guestId: string;
  readonly guestFamily?: string;
  readonly toolsRunning: boolean;
  readonly hostName?: string;
  readonly changeTrackingSupported: boolean;
  readonly consolidationNeeded: boolean;
  /** an unanswered question of the host that stops the VM */
  readonly question?: string;
  readonly encrypted: boolean;
  readonly faultTolerance: boolean;
  readonly disabledMethods: readonly string[];
  readonly datastores: readonly MoRef[];
  readonly networks: readonly MoRef[];
  readonly resourcePool?: MoRef;
  readonly vmxFile?: string;
}

const detailPaths = [
  'config.version',
  'config.guestId',
  'config.keyId',
  'config.ftInfo',
  'config.files.vmPathName',
  'guest.guestFamily',
  'guest.toolsRunningStatus',
  'guest.hostName',
  'capability.changeTrackingSupported',
  'runtime.consolidationNeeded',
  'runtime.question',
  'disabledMethod',
  'datastore',
  'network',
  'resourcePool',
];

/** @throws `VSPHERE_ABSENT` when it is gone */
export async function describeVm(vcenter: Vcenter, vm: MoRef, options: CallOptions = {}): Promise<VmDetail> {
  const one = await tryProperties(vcenter, vm, [...summaryPaths, ...detailPaths], options);
  const { values } = one;
  const question = values['runtime.question'] as { text?: string } | undefined;
  return {
    ...summary(one, await placesAbove(vcenter, placeOf(one), options)),
    hardwareVersion: hardwareVersionOf(values['config.version']),
    guestId: String(values['config.guestId'] ?? ''),
    toolsRunning: values['guest.toolsRunningStatus'] === 'guestToolsRunning',
    changeTrackingSupported: values['capability.changeTrackingSupported'] === true,
    consolidationNeeded: values['runtime.consolidationNeeded'] === true,
    encrypted: values['config.keyId'] !== undefined,
    faultTolerance: values['config.ftInfo'] !== undefined,
    disabledMethods: (values.disabledMethod ?? []) as string[],
    datastores: (values.datastore ?? []) as MoRef[],
    networks: (values.network ?? []) as MoRef[],
    ...known({
      guestFamily: values['guest.guestFamily'] as string | undefined,
      hostName: values['guest.hostName'] as string | undefined,
      question: question?.text,
      resourcePool: values.resourcePool as MoRef | undefined,
      vmxFile: values['config.files.vmPathName'] as string | undefined,
    }),
  };
}

/** `vmx-19` → 19; 0 when it can't be told. */
export function hardwareVersionOf(version: unknown): number {
  return Number(/^vmx-0*(\d+)$/.exec(String(version))?.[1] ?? 0);
}

/** All VMs with this instance UUID (or BIOS UUID): usually one, several when copies share it, none when it isn't there. */
export async function findVmsByUuid(vcenter: Vcenter, uuid: string, kind: 'instance' | 'bios', options: CallOptions = {}): Promise<MoRef[]> {
  const found = await vcenter.call('FindAllByUuid', vcenter.service('searchIndex'), { uuid, vmSearch: true, instanceUuid: kind === 'instance' }, options);
  return (found as MoRef[]).filter((ref) => ref.type === 'VirtualMachine');
}

/** `config` of the VM as it is now (`VirtualMachineConfigInfo`). @throws `VSPHERE_ABSENT` when it is gone or has none to show */
export async function readConfig(vcenter: Vcenter, vm: MoRef, options: CallOptions = {}): Promise<DataObject> {
  const { config } = await readProperties(vcenter, vm, ['config'], options);
  if (config === undefined) {
    throw vsphereErrors.create('VSPHERE_ABSENT', `VM ${vm.value} shows no configuration: its host can't be reached or its files are gone`, {
      subject: { object: vm.value },
    });
  }
  return config as DataObject;
}
