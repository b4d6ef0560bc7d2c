import { listPoints, listWriters, sumStatistics, type WriterSummary } from '@holdfast/engine';
import { formatBytes } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { type CollectionState, createVault, describeCollection, type Vault, vaultErrors } from '@holdfast/vault';
import { type Command, Option } from 'commander';
import { addKmsFlags, addStoreFlags, addVaultFlags, type StoreFlags, type VaultFlags, wholeNumber } from '../flags.ts';
import { readNewPassphrase } from '../keys/new-passphrase.ts';
import { keepSecret } from '../redact.ts';
import { reserveSecretFile } from '../secret-file.ts';
import type { Surroundings } from '../surroundings.ts';
import { keyServiceOf, openStoreOf, passphraseSource, storeAddress } from '../vault-access.ts';
import { withVault } from '../vault-session.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';
import { addVaultCheckVerb } from './vault-check.ts';
import { addVaultCollectVerb, printCollection } from './vault-collect.ts';
import { addVaultKeyVerbs } from './vault-key.ts';
import { addVaultLocksVerb, immutabilityOf } from './vault-locks.ts';
import { addVaultMoverVerbs } from './vault-mover.ts';
import { addVaultPolicyVerb } from './vault-policy.ts';
import { addVaultRepairVerb } from './vault-repair.ts';

interface CreateFlags extends StoreFlags {
  readonly passphraseFile?: string;
  readonly recoveryKeyFile?: string;
  readonly kmsKey?: string;
  readonly kmsEndpoint?: string;
  readonly allowWeak?: boolean;
  readonly chunker: 'page-cdc' | 'grid';
  readonly immutable?: 'governance' | 'compliance';
  readonly immutableDays?: number;
  readonly writeOnlyMovers?: boolean;
}

export function addVaultVerbs(program: Command, surroundings: Surroundings, state: ExitState): void {
  const vault = program.command('vault').description('create a vault, look at one, check, repair and collect it, or manage its keys and movers');
  const create = addKmsFlags(addStoreFlags(vault.command('create')))
    .description('create a vault in an empty place')
    .option(
      '--passphrase-file <file>',
      'file that holds the passphrase (else HOLDFAST_PASSPHRASE, else asked twice; with --kms-key none, unless a file is given)',
    )
    .option('--allow-weak', 'take a passphrase of fewer than 12 characters')
    .option('--recovery-key-file <file>', 'new file that the recovery key is written to (else it is printed once)')
    .addOption(new Option('--chunker <name>', 'how disks are cut into chunks').choices(['page-cdc', 'grid']).default('page-cdc'))
    .addOption(
      new Option('--immutable <mode>', 'lock what points need: governance can be lifted by whoever has the right to, compliance by nobody').choices([
        'governance',
        'compliance',
      ]),
    )
    .option('--immutable-days <n>', 'for how many days after its backup a point can’t be deleted; with --immutable', wholeNumber(1, 36_500))
    .option('--write-only-movers', 'let machines back up that can read no content; can’t be changed later')
    .addHelpText('after', '\nExample:\n  holdfast vault create --store s3://backups/site-a --region eu-central-1 --recovery-key-file recovery.key');
  tieVerb<CreateFlags>(create, surroundings, state, createVerb);

  const info = addVaultFlags(vault.command('info'))
    .description('show a vault: its keys, its points, what it takes')
    .addHelpText('after', '\nExample:\n  holdfast vault info --store /srv/vault --passphrase-file passphrase.txt');
  tieVerb<VaultFlags>(info, surroundings, state, infoVerb);

  addVaultCheckVerb(vault, surroundings, state);
  addVaultRepairVerb(vault, surroundings, state);

  addVaultCollectVerb(vault, surroundings, state);

  addVaultKeyVerbs(vault, surroundings, state);

  addVaultLocksVerb(vault, surroundings, state);

  addVaultMoverVerbs(vault, surroundings, state);

  addVaultPolicyVerb(vault, surroundings, state);
}

/** The file for the recovery key is made first: a vault whose recovery key has nowhere to go is never created. */
async function createVerb(context: VerbContext<CreateFlags>): Promise<VerbOutcome> {
  const { options, configuration, surroundings, output } = context;
  const address = storeAddress(context);
  const immutability = immutabilityOf(options);
  const arn = options.kmsKey ?? (options.passphraseFile === undefined ? configuration.vault?.kms?.key : undefined);
  const kms = arn === undefined ? undefined : keyServiceOf(context, arn);
  const asked = kms === undefined || options.passphraseFile !== undefined;
  const passphrase = asked ? await readNewPassphrase(passphraseSource(options, configuration.vault), options, context) : undefined;
  const file = options.recoveryKeyFile === undefined ? undefined : await reserveSecretFile(options.recoveryKeyFile);
  let created: Awaited<ReturnType<typeof createVault>>;
  try {
    await using store = closing(openStoreOf(context, true));
    created = await createVault(
      store.store,
      { passphrase, kms, chunker: options.chunker, writeOnlyMovers: options.writeOnlyMovers, immutability },
      surroundings,
    );
  } catch (error) {
    await file?.discard();
    throw error;
  }
  const { vaultId, recoveryKey } = created;
  const daily = [...(asked ? ['the passphrase'] : []), ...(kms === undefined ? [] : ['the key of AWS KMS'])].join(' and ');
  const lost = kms === undefined ? 'the passphrase is lost' : `${daily} can’t be used: a key can be deleted, an account closed`;
  output.line(`Vault ${vaultId} created in ${address}.`);
  if (kms !== undefined) output.line(`It opens with ${kms.arn}, for whoever may decrypt with it.`);
  if (file === undefined) {
    output.line();
    output.line(`This is its recovery key. It opens the vault when ${lost}. It is shown only now, and whoever has it can read everything.`);
    output.line('Write it down and keep it away from this machine:');
    output.line();
    output.line(`    ${recoveryKey}`);
  } else {
    keepSecret(recoveryKey);
    await file.write(recoveryKey);
    output.line(`Its recovery key is in ${file.path}: keep it away from this machine. It opens the vault when ${lost}.`);
  }
  output.line();
  output.line(`Without ${daily} and the recovery key nobody can read the vault, neither can we.`);
  return {
    result: {
      store: address,
      vaultId,
      ...(kms !== undefined && { kmsKey: kms.arn }),
      ...(file === undefined ? { recoveryKey } : { recoveryKeyFile: file.path }),
    },
  };
}

async function infoVerb(context: VerbContext<VaultFlags>): Promise<VerbOutcome> {
  return await withVault(context, async (vault) => {
    const { points, unreadable } = await listPoints(vault);
    const objects = await countObjects(vault.store);
    const statistics = sumStatistics(points.flatMap((point) => point.disks.map((disk) => disk.statistics)));
    const { description } = vault;
    const { output } = context;
    output.line(`Vault      ${description.id}`);
    output.line(`Store      ${vault.store.description}`);
    output.line(`Created    ${description.createdAt}`);
    output.line(`Format     ${description.format}, chunks by ${description.chunker.name} of ${formatBytes(description.chunker.averageBytes)} on average`);
    if (vault.mover !== undefined) output.line(`Opened as  the write-only mover ${vault.mover.name} (${vault.mover.id}), which sees no key slots`);
    else output.line(`Keys       ${description.keySlots.map((slot) => `${slot.kind} (${slot.id})`).join(', ')}`);
    output.line(`Points     ${points.length} of ${new Set(points.map((point) => point.vmId)).size} VMs`);
    const writers = listWriters(points);
    for (const [index, writer] of writers.entries()) output.line(`${index === 0 ? 'Writers   ' : '          '} ${describeWriter(writer)}`);
    for (const point of unreadable) output.warn(`  unreadable: ${point.id}: ${point.reason}`);
    output.line(`Objects    ${objects.count}, ${formatBytes(objects.bytes)}`);
    output.line(`Read       ${formatBytes(statistics.read)} of disks for these points; new to the vault were ${formatBytes(statistics.fresh)}`);
    const collection = await collectionOf(vault, context);
    return {
      result: { store: vault.store.description, description, points: points.length, writers, unreadable, objects, statistics, collection },
      exitCode: unreadable.length > 0 || collection === undefined ? 7 : 0,
    };
  });
}

function describeWriter({ installation, host, versions, points, vms, latest }: WriterSummary): string {
  const who = installation === undefined ? host : `${installation} on ${host}`;
  return `${who} (${versions.join(', ')}): ${points} points of ${vms} VMs, the latest ${latest}`;
}

async function collectionOf(vault: Vault, context: VerbContext<VaultFlags>): Promise<CollectionState | undefined> {
  try {
    const state = await describeCollection(vault);
    printCollection(state, context);
    return state;
  } catch (error) {
    if (!vaultErrors.is(error, 'COLLECTION_REFUSED') && !vaultErrors.is(error, 'OBJECT_DAMAGED')) throw error;
    context.output.warn(`  collection can’t go on: ${error.message}`);
    return undefined;
  }
}

async function countObjects(store: ObjectStore): Promise<{ count: number; bytes: number }> {
  let count = 0;
  let bytes = 0;
  for await (const object of store.list('')) {
    count += 1;
    bytes += object.size;
  }
  return { count, bytes };
}

function closing(store: ObjectStore): AsyncDisposable & { readonly store: ObjectStore } {
  return { store, [Symbol.asyncDispose]: () => store.close() };
}
