import { choosePoint, linuxProcessIdentity, planRecover, recoverVm } from '@holdfast/engine';
import { formatBytes, formatDuration } from '@holdfast/kit';
import type { Command } from 'commander';
import { addVaultFlags, addVcenterFlags, collectPairs, type VaultFlags, type VcenterFlags, wholeNumber } from '../flags.ts';
import { type PointFlags, pointChoice } from '../point-choice.ts';
import { createProgress } from '../progress/progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { withVault } from '../vault-session.ts';
import { withVcenter } from '../vcenter-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

interface RestoreVmFlags extends VaultFlags, VcenterFlags, PointFlags {
  readonly name?: string;
  readonly datacenter?: string;
  readonly folder?: string;
  readonly cluster?: string;
  readonly resourcePool?: string;
  readonly host?: string;
  readonly datastore?: string;
  readonly mapDatastore: Readonly<Record<string, string>>;
  readonly network?: string;
  readonly mapNetwork: Readonly<Record<string, string>>;
  readonly disksAtOnce?: number;
  readonly powerOn?: boolean;
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
}

export function addRestoreVmVerb(restore: Command, surroundings: Surroundings, state: ExitState): void {
  const vm = addVaultFlags(addVcenterFlags(restore.command('vm')))
    .description('bring a VM back into a vCenter, with its disks and its configuration; never over an existing one unless asked')
    .argument('[point]', 'id of a point, or the beginning of the part behind its slash')
    .option('--vm <name>', 'instead of a point: the newest of this VM')
    .option('--at <time>', 'with --vm: the newest not after this time', 'latest')
    .option('--name <name>', 'name of the restored VM (its old one)')
    .option('--datacenter <name>', 'datacenter (the one it came from, or the only one)')
    .option('--folder <path>', 'VM folder below the datacenter’s, such as Production/Web (the one it came from, where it exists)')
    .option('--cluster <name>', 'cluster, or host without one')
    .option('--resource-pool <name>', 'resource pool of the cluster')
    .option('--host <name>', 'host to place it on')
    .option('--datastore <name>', 'datastore for all its files')
    .option('--map-datastore <old=new>', 'put what was on one datastore on another (may be given several times)', collectPairs, {})
    .option('--network <name>', 'network for all its adapters')
    .option('--map-network <old=new>', 'connect adapters of one network to another (may be given several times)', collectPairs, {})
    .option('--disks-at-once <n>', 'disks at once (2)', wholeNumber(1, 16))
    .option('--power-on', 'power it on when it is restored')
    .option('--overwrite', 'replace the VM of that name: it is deleted, with its disks, after the restored one is complete')
    .option('--dry-run', 'only say what would be done')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast restore vm --vm web01 --vcenter main --name web01-restored\n  holdfast restore vm 3f9a2c41 --vcenter main --map-datastore old=new --dry-run',
    );
  tieVerb<RestoreVmFlags>(vm, surroundings, state, restoreVmVerb);
}

async function restoreVmVerb(context: VerbContext<RestoreVmFlags>): Promise<VerbOutcome> {
  const { options, surroundings, output } = context;
  const choice = pointChoice(context);
  return await withVault(context, (vault) =>
    withVcenter(context, async (vcenter) => {
      const point = await choosePoint(vault, choice);
      const request = {
        vault,
        vcenter,
        point,
        name: options.name,
        overwrite: options.overwrite ?? false,
        powerOn: options.powerOn ?? false,
        placement: {
          datacenter: options.datacenter,
          folder: options.folder,
          cluster: options.cluster,
          resourcePool: options.resourcePool,
          host: options.host,
          datastore: options.datastore,
          datastores: options.mapDatastore,
          network: options.network,
          networks: options.mapNetwork,
        },
        disksAtOnce: options.disksAtOnce,
        environment: { ...surroundings, identity: linuxProcessIdentity() },
        signal: surroundings.signal,
      };
      if (options.dryRun) {
        const plan = await planRecover({ ...request, point: await vault.withConfiguration(point) });
        output.line(`Would restore ${point.vm.name}, as it was on ${point.takenAt}, as ${plan.name}:`);
        for (const line of plan.steps) output.line(`  ${line}`);
        return { result: { dryRun: true, point: point.id, ...plan } };
      }
      const progress = createProgress(output, surroundings);
      const startedMs = surroundings.clock.elapsed();
      try {
        const recovered = await recoverVm({ ...request, onEvent: progress.onEvent });
        progress.close();
        const seconds = (surroundings.clock.elapsed() - startedMs) / 1000;
        const written = recovered.disks.reduce((sum, disk) => sum + disk.written, 0);
        const fetched = recovered.disks.reduce((sum, disk) => sum + disk.fetched, 0);
        output.line(`${point.vm.name}, as it was on ${point.takenAt}, is back as ${recovered.vm.name} (${recovered.vm.moref}) in ${recovered.placement}.`);
        output.line(`${recovered.disks.length} disks, ${formatBytes(written)} written, ${formatBytes(fetched)} fetched, ${formatDuration(seconds)}`);
        for (const notice of recovered.notices) output.line(`note: ${notice}`);
        return { result: { point: point.id, takenAt: point.takenAt, seconds, ...recovered } };
      } finally {
        progress.close();
      }
    }),
  );
}
