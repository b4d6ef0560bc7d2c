import { formatBytes } from '@holdfast/kit';
import type { RecoveryPoint } from '@holdfast/vault';
import {
  type ConfigSpecResult,
  describeVm,
  findVmsByUuid,
  listVms,
  type MoRef,
  readInventory,
  toConfigSpec,
  type Vcenter,
  type VmConfiguration,
  type VmSummary,
} from '@holdfast/vsphere';
import { capturedConfiguration } from './captured-configuration.ts';
import { engineErrors } from './errors.ts';
import { type PlacementRequest, type ResolvedPlacement, resolvePlacement } from './placement.ts';
import { plainName } from './vm-label.ts';

export interface PlanRecoverOptions {
  readonly vcenter: Vcenter;
  /** with its configuration */
  readonly point: RecoveryPoint;
  /** the VM's old name when absent */
  readonly name?: string | undefined;
  readonly placement?: PlacementRequest | undefined;
  /** replace the VM of that name, if there is one */
  readonly overwrite?: boolean | undefined;
  readonly powerOn?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Everything decided before anything is done; refusals come from here. */
export interface RecoverPlan {
  readonly name: string;
  /** what will be done, a sentence each */
  readonly steps: readonly string[];
  readonly keepUuids: boolean;
  readonly keepMac: boolean;
  readonly captured: VmConfiguration;
  readonly where: ResolvedPlacement;
  /** the VM that is replaced in the end */
  readonly replaced: { readonly ref: MoRef; readonly name: string } | undefined;
  readonly dropped: ConfigSpecResult['dropped'];
}

/**
 * Decides where and as what a point comes back. Changes nothing.
 *
 * @throws `ENGINE_NAME_TAKEN`, `ENGINE_OVERWRITE_REFUSED`, `ENGINE_PLACEMENT`, `ENGINE_CONFIGURATION_UNREADABLE`
 */
export async function planRecover(options: PlanRecoverOptions): Promise<RecoverPlan> {
  const { vcenter, point, signal } = options;
  const captured = capturedConfiguration(point);
  const name = options.name ?? point.vm.name;
  const where = resolvePlacement(await readInventory(vcenter, { signal }), captured, options.placement ?? {});
  const existing = await vmAt(vcenter, `${where.folder.path}/${name}`, signal);
  if (existing !== undefined && !options.overwrite) {
    throw engineErrors.create('ENGINE_NAME_TAKEN', `${where.folder.path} has a VM ${name} already`, { did: 'it was left as it is', subject: { vm: name } });
  }
  if (existing !== undefined && existing.powerState !== 'poweredOff') {
    throw engineErrors.create(
      'ENGINE_OVERWRITE_REFUSED',
      `the existing VM ${name} is ${existing.powerState ?? 'in an unknown state'}: only one that is powered off is replaced`,
      {
        did: 'it was left as it is',
        subject: { vm: name },
      },
    );
  }
  const originals = (await originalsOf(vcenter, captured, signal)).filter((ref) => ref.value !== existing?.ref.value);
  const keep = originals.length === 0;
  const { dropped } = toConfigSpec(captured, specPlacement({ where, name, keepMac: keep, keepUuids: keep }));
  return {
    name,
    captured,
    where,
    keepUuids: keep,
    keepMac: keep,
    replaced: existing === undefined ? undefined : { ref: existing.ref, name: existing.name },
    dropped,
    steps: [...describeSteps(options, captured, where), ...identitySteps(keep, originals), ...endSteps(options, existing, name)],
  };
}

/** The form in which the vsphere room takes a placement. */
export function specPlacement({ where, name, keepMac, keepUuids }: Pick<RecoverPlan, 'where' | 'name' | 'keepMac' | 'keepUuids'>) {
  return {
    name,
    datastore: where.datastore.name,
    diskDatastores: Object.fromEntries(Object.entries(where.diskDatastores).map(([key, datastore]) => [key, datastore.name])),
    networks: where.networks,
    keepMac,
    keepUuids,
  };
}

function describeSteps({ point }: PlanRecoverOptions, captured: VmConfiguration, where: ResolvedPlacement): string[] {
  const host = where.host === undefined ? '' : ` on ${plainName(where.host.name)}`;
  return [
    `in the folder ${where.folder.path}, on ${plainName(where.cluster.name)}${host}, its files on ${where.datastore.name}`,
    ...point.disks.map((disk) => `${disk.label}, ${formatBytes(disk.capacity)}, on ${where.diskDatastores[disk.key]?.name ?? where.datastore.name}`),
    ...captured.nics.map((nic) => {
      const target = nic.network === undefined ? 'none' : where.networks[nic.network];
      return target === undefined || target === 'none' ? `${nic.label} left out` : `${nic.label} on ${plainName(target.name)}`;
    }),
    ...point.excluded.map((disk) => `${disk.label} is not in the point: ${disk.reason}`),
  ];
}

function identitySteps(keep: boolean, originals: readonly MoRef[]): string[] {
  return [
    keep
      ? 'with its old UUIDs and MAC addresses: the original is not in this vCenter any more'
      : `with new UUIDs and MAC addresses: the original is still there (${originals.map(({ value }) => value).join(', ')})`,
  ];
}

function endSteps({ powerOn }: PlanRecoverOptions, existing: VmSummary | undefined, name: string): string[] {
  return [
    ...(existing === undefined
      ? []
      : [`when it is complete, the existing VM ${name} (${existing.ref.value}) is deleted with its disks, and the restored one takes its name`]),
    powerOn ? 'powered on at the end' : 'left powered off',
  ];
}

async function vmAt(vcenter: Vcenter, path: string, signal: AbortSignal | undefined): Promise<VmSummary | undefined> {
  for await (const vm of listVms(vcenter, { signal }))
    if (plainName(vm.path) === path || vm.path === path) return await describeVm(vcenter, vm.ref, { signal });
  return undefined;
}

/** VMs of the target that still are the one in the point. */
async function originalsOf(vcenter: Vcenter, captured: VmConfiguration, signal: AbortSignal | undefined): Promise<MoRef[]> {
  const byInstance = captured.instanceUuid === undefined ? [] : await findVmsByUuid(vcenter, captured.instanceUuid, 'instance', { signal });
  const byBios = captured.biosUuid === undefined ? [] : await findVmsByUuid(vcenter, captured.biosUuid, 'bios', { signal });
  return [...new Map([...byInstance, ...byBios].map((ref) => [ref.value, ref])).values()];
}
