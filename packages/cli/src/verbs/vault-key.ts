import { type Command, Option } from 'commander';
import { addStoreFlags, addVaultFlags, type StoreFlags, type VaultFlags } from '../flags.ts';
import { type AddFlags, addVerb } from '../keys/add-verb.ts';
import { changeVerb } from '../keys/change-verb.ts';
import { listVerb } from '../keys/list-verb.ts';
import type { NewPassphraseFlags } from '../keys/new-passphrase.ts';
import { type RemoveFlags, removeVerb } from '../keys/remove-verb.ts';
import { type RotateFlags, rotateVerb } from '../keys/rotate-verb.ts';
import { type SheetFlags, sheetVerb } from '../keys/sheet-verb.ts';
import { testVerb } from '../keys/test-verb.ts';
import type { Surroundings } from '../surroundings.ts';
import { type ExitState, tieVerb } from '../verb.ts';

export function addVaultKeyVerbs(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const key = vault.command('key').description('list, add, change, rotate, remove and test the keys of a vault');
  const newPassphrase = (command: Command) =>
    command
      .option('--new-passphrase-file <file>', 'file that holds the new passphrase (else HOLDFAST_NEW_PASSPHRASE, else asked twice)')
      .option('--allow-weak', 'take a new passphrase of fewer than 12 characters');

  const list = addStoreFlags(key.command('list'))
    .description('show the key slots; needs no key')
    .addHelpText('after', '\nExample:\n  holdfast vault key list --store /srv/vault');
  tieVerb<StoreFlags>(list, surroundings, state, listVerb);

  const add = newPassphrase(addVaultFlags(key.command('add')))
    .description('make one more passphrase, recovery key or key of AWS KMS open the vault')
    .addOption(new Option('--kind <kind>', 'kind of the new key').choices(['passphrase', 'recovery', 'kms']).makeOptionMandatory())
    .option('--new-kms-key <arn>', 'the key of AWS KMS, by its ARN')
    .option('--new-recovery-key-file <file>', 'new file that the new recovery key is written to (else it is printed once)')
    .addHelpText('after', '\nExample:\n  holdfast vault key add --store /srv/vault --kind recovery --new-recovery-key-file second.key');
  tieVerb<AddFlags>(add, surroundings, state, addVerb);

  const change = newPassphrase(addVaultFlags(key.command('change')))
    .description('change the passphrase')
    .addHelpText('after', '\nExample:\n  holdfast vault key change --store /srv/vault --passphrase-file old.txt --new-passphrase-file new.txt');
  tieVerb<VaultFlags & NewPassphraseFlags>(change, surroundings, state, changeVerb);

  const rotate = newPassphrase(addVaultFlags(key.command('rotate <id>')))
    .description('put a new key of the same kind in the place of a slot')
    .option('--new-recovery-key-file <file>', 'new file that a new recovery key is written to (else it is printed once)')
    .option('--sheet <file>', 'new file, .txt or .html, for a recovery sheet with the new recovery key')
    .option('--new-kms-key <arn>', 'another key of AWS KMS (else a new data key of the same one)')
    .addHelpText('after', '\nExample:\n  holdfast vault key rotate 3f9a2c41 --store /srv/vault --recovery-key-file recovery.key --sheet sheet.html');
  tieVerb<RotateFlags>(rotate, surroundings, state, rotateVerb);

  const remove = addVaultFlags(key.command('remove <id>'))
    .description('remove a key slot; takes another key that opens the vault')
    .option('--proof-passphrase-file <file>', 'file with a passphrase that stays, if the vault is opened with the key that goes')
    .option('--proof-recovery-key-file <file>', 'file with a recovery key that stays, likewise')
    .option('--proof-kms-key <arn>', 'a key of AWS KMS that stays, likewise')
    .option('--force', 'remove the last recovery key, too')
    .addHelpText('after', '\nExample:\n  holdfast vault key remove 3f9a2c41 --store /srv/vault --recovery-key-file recovery.key');
  tieVerb<RemoveFlags>(remove, surroundings, state, removeVerb);

  const test = addVaultFlags(key.command('test'))
    .description('try whether a passphrase, recovery key or key of AWS KMS opens the vault')
    .addHelpText('after', '\nExample:\n  holdfast vault key test --store /srv/vault --recovery-key-file recovery.key');
  tieVerb<VaultFlags>(test, surroundings, state, testVerb);

  const sheet = addVaultFlags(key.command('sheet'))
    .description('write a recovery sheet to print: the recovery key, and how to restore with nothing else')
    .requiredOption('--out <file>', 'new file, .txt or .html')
    .option('--new', 'make a new recovery key for the sheet')
    .addHelpText('after', '\nExample:\n  holdfast vault key sheet --store /srv/vault --recovery-key-file recovery.key --out sheet.html');
  tieVerb<SheetFlags>(sheet, surroundings, state, sheetVerb);
}
