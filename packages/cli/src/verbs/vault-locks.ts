import { formatBytes } from '@holdfast/kit';
import { type Immutability, readVaultLocks, type VaultLocks, verifyLocks } from '@holdfast/vault';
import type { Command } from 'commander';
import { cliErrors } from '../errors.ts';
import { addVaultFlags, type VaultFlags, wholeNumber } from '../flags.ts';
import type { Output } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { renderTable } from '../table.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

interface LocksFlags extends VaultFlags {
  readonly verify?: boolean | number;
}

const sampleDefault = 100;
const damagedExitCode = 7;

export function addVaultLocksVerb(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const locks = addVaultFlags(vault.command('locks'))
    .description('until when what can’t be deleted, and why')
    .option(
      '--verify [packs]',
      `ask the store about so many packs, spread over all (${sampleDefault}), whether they are locked as recorded`,
      wholeNumber(1, 1_000_000),
    )
    .addHelpText('after', '\nExample:\n  holdfast vault locks --store s3://backups/site-a --region eu-central-1 --verify');
  tieVerb<LocksFlags>(locks, surroundings, state, locksVerb);
}

/** What `vault create` is asked to promise. */
export function immutabilityOf({ immutable, immutableDays }: { immutable?: Immutability['mode']; immutableDays?: number }): Immutability | undefined {
  if (immutable === undefined && immutableDays === undefined) return undefined;
  if (immutable !== undefined && immutableDays !== undefined) return { mode: immutable, days: immutableDays };
  throw cliErrors.create('CLI_USAGE', 'one of --immutable and --immutable-days is given without the other', {
    did: 'nothing was created',
    advice: 'Give both: --immutable compliance --immutable-days 30. Neither can be changed later.',
  });
}

async function locksVerb(context: VerbContext<LocksFlags>): Promise<VerbOutcome> {
  const { options, output, surroundings } = context;
  return await withVault(context, async (vault) => {
    const locks = await readVaultLocks(vault);
    print(locks, output);
    if (options.verify === undefined || locks.immutability === undefined) return { result: { store: vault.store.description, locks } };
    const verification = await verifyLocks(vault, options.verify === true ? sampleDefault : Number(options.verify), surroundings.signal);
    const { asked, of, differences } = verification;
    output.line();
    output.line(
      `Asked the store about ${asked} of ${of} packs: ${differences.length === 0 ? 'all are locked as recorded.' : `${differences.length} are not.`}`,
    );
    for (const { object, recorded, found } of differences)
      output.warn(`  ${object} should be locked until ${day(recorded)}, and ${found === undefined ? 'isn’t locked' : `is until ${day(found)}`}`);
    return { result: { store: vault.store.description, locks, verification }, exitCode: differences.length > 0 ? damagedExitCode : 0 };
  });
}

const day = (iso: string) => iso.slice(0, 10);

function print(locks: VaultLocks, output: Output): void {
  const { immutability, settings, generations, packs, bytes, basicsUntil, furthest, deletableFrom } = locks;
  if (immutability === undefined) {
    output.line('Nothing in this vault is locked: it was created without immutability.');
    return;
  }
  output.line(`Mode       ${immutability.mode}; a point can’t be deleted for ${immutability.days} days after its backup, unless it says otherwise`);
  if (deletableFrom === undefined) {
    output.line('Locked     nothing any more: the whole vault can be deleted');
    return;
  }
  output.line(`Locked     ${packs} packs, ${formatBytes(bytes)}`);
  if (furthest !== undefined) output.line(`Furthest   ${furthest.vm}, point ${furthest.id}, until ${day(furthest.until)}`);
  if (basicsUntil !== undefined) output.line(`Keys       description and key slots, until ${day(basicsUntil)}`);
  output.line(`All gone   the whole vault can be deleted from ${day(deletableFrom)} on, if no backup is made until then`);
  output.line();
  const rows = generations.map((one) => [day(one.until), one.mode, String(one.packs), formatBytes(one.bytes)]);
  output.line(renderTable([{ title: 'locked until' }, { title: 'mode' }, { title: 'packs', align: 'right' }, { title: 'bytes', align: 'right' }], rows));
  output.line('Packs stay locked until the end of a generation of 30 days, so that those which live on need locking again once in 30 days only.');
  for (const limit of settings?.limits ?? []) output.remark(limit);
}
