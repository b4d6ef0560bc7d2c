import { formatBytes } from '@holdfast/kit';
import { type ObjectStore, openStore } from '@holdfast/store';
import {
  type CheckLevel,
  openVault,
  type RepairStep,
  repairIndex,
  repairVault,
  type Vault,
  type VaultRepair,
  vaultAsCopied,
  vaultErrors,
} from '@holdfast/vault';
import { type Command, Option } from 'commander';
import { cliErrors } from '../errors.ts';
import { addVaultFlags, type VaultFlags } from '../flags.ts';
import type { Surroundings } from '../surroundings.ts';
import { openStoreOf, storeAddress, vaultKey } from '../vault-access.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';
import { bytesFlag, teller } from './check-report.ts';

interface RepairFlags extends VaultFlags {
  readonly index?: boolean;
  readonly from?: string;
  readonly level: string;
  readonly budget?: number;
  readonly state?: string;
  readonly apply?: boolean;
}

/** Steps in the JSON document; all of them are events. */
const stepsInDocumentMax = 10_000;

export function addVaultRepairVerb(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const repair = addVaultFlags(vault.command('repair'))
    .description('put back what is damaged or lost: from a second copy, or from what the vault itself still has')
    .option('--from <place>', 'a second copy of this vault: s3://bucket/prefix or a directory; only what proves to be the original is taken')
    .option('--apply', 'write; otherwise it is only said what would be')
    .addOption(
      new Option('--level <level>', 'how the damage is looked for: 2 what is lost or of another size, 4 everything is read').choices(['2', '4']).default('4'),
    )
    .option('--budget <size>', 'bytes of packs that may be read to find the damage, such as 10GiB', bytesFlag)
    .option('--state <file>', 'file that remembers what was read, shared with "vault check": the next repair goes on with the rest')
    .option('--index', 'only this: index entries of packs that no index segment names any more, from the packs')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast vault repair --store /srv/vault --from s3://second-copy/vault\n  holdfast vault repair --store /srv/vault --from s3://second-copy/vault --apply',
    );
  tieVerb<RepairFlags>(repair, surroundings, state, (context) => (context.options.index === true ? repairIndexVerb(context) : repairVerb(context)));
}

async function repairIndexVerb(context: VerbContext<RepairFlags>): Promise<VerbOutcome> {
  const { options, output, surroundings } = context;
  if (options.from !== undefined)
    throw cliErrors.create('CLI_USAGE', '--index takes its entries from the packs, not from a copy', { advice: 'Leave out --from, or --index.' });
  return await withVault(context, async (vault: Vault) => {
    const told = teller(context);
    let result: unknown;
    for await (const one of repairIndex(vault, { signal: surroundings.signal })) {
      if (one.kind !== 'repaired') {
        told.tell(one);
        continue;
      }
      output.line(
        one.packs === 0
          ? 'The index names every pack that it can name; nothing was written.'
          : `${one.packs} packs with ${one.slots} slots have index entries again, in ${one.segments.join(', ')}.`,
      );
      if (one.leftOut > 0)
        output.line(`${one.leftOut} packs stay without: they are damaged, absent or unreadable. "holdfast vault check --level 4" tells what that costs.`);
      const { kind: _, ...repaired } = one;
      result = { ...repaired, findings: told.findings };
    }
    return { result, exitCode: told.exitCode() };
  });
}

async function repairVerb(context: VerbContext<RepairFlags>): Promise<VerbOutcome> {
  const { options, output, surroundings } = context;
  const { from } = options;
  const own = openStoreOf(context);
  const copy =
    from === undefined ? undefined : openStore(storeAddress({ options: { ...options, store: from }, configuration: context.configuration }), {}, surroundings);
  try {
    const { vault, close } = await openEither(context, own, copy);
    try {
      const told = teller(context);
      const steps: RepairStep[] = [];
      let sums: VaultRepair | undefined;
      const settings = {
        apply: options.apply === true,
        level: Number(options.level) as CheckLevel,
        signal: surroundings.signal,
        ...(copy === undefined ? {} : { from: copy }),
        ...(options.budget === undefined ? {} : { budgetBytes: options.budget }),
        ...(options.state === undefined ? {} : { stateFile: options.state }),
      };
      for await (const one of repairVault(vault, settings)) {
        if (one.kind === 'step') {
          output.event(one);
          output.line(`${outcomes[one.outcome]}  ${one.message}${one.bytes > 0 ? ` ${formatBytes(one.bytes)}.` : ''}`);
          if (steps.length < stepsInDocumentMax) steps.push(one);
        } else if (one.kind === 'repaired') sums = one;
        else told.tell(one);
      }
      const { repaired = 0, notRepaired = 0, lifted = 0, complete = false } = sums ?? {};
      const would = steps.filter(({ outcome }) => outcome === 'would repair').length;
      if (repaired + notRepaired + would === 0) output.line('Nothing is damaged or lost.');
      else if (options.apply === true) output.line(`${repaired} repaired, ${notRepaired} not.`);
      else
        output.line(`${would} would be repaired, ${notRepaired} not. Nothing was written: give --apply. What comes back may show more that is lost behind it.`);
      if (lifted > 0) output.line(`${lifted} packs that were noted as damaged are free of it; new backups use them again.`);
      if (!complete) output.line('This is not all: the budget ended it, or something could not be read. With --state the next repair goes on with the rest.');
      return {
        result: { findings: told.findings, steps, repaired, wouldRepair: would, notRepaired, lifted, complete },
        exitCode: notRepaired + would > 0 ? 7 : complete ? 0 : 6,
      };
    } finally {
      await close();
    }
  } finally {
    await own.close();
    await copy?.close();
  }
}

const outcomes: Readonly<Record<RepairStep['outcome'], string>> = {
  repaired: 'REPAIRED',
  'partly repaired': 'PARTLY REPAIRED',
  'would repair': 'WOULD REPAIR',
  'not repaired': 'NOT REPAIRED',
};

/** The vault as its own store describes it, or, where that is damaged or gone, as the copy does. */
async function openEither(
  context: VerbContext<RepairFlags>,
  own: ObjectStore,
  copy: ObjectStore | undefined,
): Promise<{ vault: Vault; close: () => Promise<void> }> {
  const key = await vaultKey(context);
  try {
    const vault = await openVault(own, key, context.surroundings);
    return { vault, close: () => vault.close() };
  } catch (error) {
    const mayBeDamage = (['VAULT_ABSENT', 'VAULT_ALTERED', 'VAULT_NOT_UNDERSTOOD', 'VAULT_KEY_WRONG'] as const).some((code) => vaultErrors.is(error, code));
    if (copy === undefined || !mayBeDamage) throw error;
    const copied = await openVault(copy, key, context.surroundings);
    context.output.remark(`${(error as Error).message} It is repaired as its copy describes it.`);
    return { vault: vaultAsCopied(copied, own), close: () => copied.close() };
  }
}
