import type { Command } from 'commander';
import { addVaultFlags, type VaultFlags } from '../flags.ts';
import { type AddMoverFlags, addVerb } from '../movers/add-verb.ts';
import { listVerb } from '../movers/list-verb.ts';
import { removeVerb } from '../movers/remove-verb.ts';
import { vouchVerb } from '../movers/vouch-verb.ts';
import type { Surroundings } from '../surroundings.ts';
import { type ExitState, tieVerb } from '../verb.ts';

export function addVaultMoverVerbs(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const mover = vault.command('mover').description('machines that back up and can read no content: add, list and remove them, and vouch for what they wrote');

  const add = addVaultFlags(mover.command('add <name>'))
    .description('make the key of a new write-only mover; takes a vault that was created with --write-only-movers')
    .requiredOption('--key-file <file>', 'new file that the mover’s key is written to')
    .option('--key-passphrase-file <file>', 'file that holds a passphrase to seal the key under; else the file is as secret as a password')
    .addHelpText('after', '\nExample:\n  holdfast vault mover add branch7 --store s3://backups/site-a --key-file branch7.mover');
  tieVerb<AddMoverFlags>(add, surroundings, state, addVerb);

  const list = addVaultFlags(mover.command('list'))
    .description('show the write-only movers, those that were removed, too')
    .addHelpText('after', '\nExample:\n  holdfast vault mover list --store s3://backups/site-a');
  tieVerb<VaultFlags>(list, surroundings, state, listVerb);

  const remove = addVaultFlags(mover.command('remove <mover>'))
    .description('let nothing count that this mover signs from now on; what it wrote before stays')
    .addHelpText('after', '\nExample:\n  holdfast vault mover remove branch7 --store s3://backups/site-a');
  tieVerb<VaultFlags>(remove, surroundings, state, removeVerb);

  const vouch = addVaultFlags(mover.command('vouch'))
    .description('read what write-only movers wrote since the last time, so that other sessions may reuse their chunks')
    .addHelpText('after', '\nExample:\n  holdfast vault mover vouch --store s3://backups/site-a');
  tieVerb<VaultFlags>(vouch, surroundings, state, vouchVerb);
}
