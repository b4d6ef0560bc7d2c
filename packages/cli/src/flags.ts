import { type Command, InvalidArgumentError } from 'commander';

export interface VcenterFlags {
  readonly vcenter?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly thumbprint?: string;
  readonly caFile?: string;
}

export interface StoreFlags {
  readonly store?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly pathStyle?: boolean;
}

export interface VaultFlags extends StoreFlags {
  readonly passphraseFile?: string;
  readonly recoveryKeyFile?: string;
  readonly kmsKey?: string;
  readonly kmsEndpoint?: string;
  readonly moverKeyFile?: string;
  readonly moverPassphraseFile?: string;
}

export function addVcenterFlags(command: Command): Command {
  return command
    .option('--vcenter <name-or-url>', 'vCenter: its name in the configuration, or its address')
    .option('--username <name>', 'account on the vCenter')
    .option('--password-file <file>', 'file that holds the account’s password (else HOLDFAST_VCENTER_PASSWORD, else asked)')
    .option('--thumbprint <fingerprint>', 'fingerprint of the vCenter’s certificate that is to be trusted')
    .option('--ca-file <file>', 'certificate of the authority that signed the vCenter’s, PEM');
}

export function addStoreFlags(command: Command): Command {
  return command
    .option('--store <place>', 'where the vault lies: s3://bucket/prefix or a directory')
    .option('--region <region>', 'AWS region of the bucket')
    .option('--endpoint <url>', 'address of an S3 store that is not Amazon’s')
    .option('--path-style', 'name the bucket in the path of requests, as many S3 stores need it');
}

export function addVaultFlags(command: Command): Command {
  return addKmsFlags(addStoreFlags(command))
    .option('--passphrase-file <file>', 'file that holds the vault’s passphrase (else HOLDFAST_PASSPHRASE, else asked)')
    .option('--recovery-key-file <file>', 'file that holds the vault’s recovery key, instead of a passphrase (else HOLDFAST_RECOVERY_KEY)')
    .option('--mover-key-file <file>', 'key of a write-only mover: for backups, and for nothing that reads content')
    .option('--mover-passphrase-file <file>', 'file that holds the passphrase of that key, if it has one (else HOLDFAST_MOVER_PASSPHRASE, else asked)');
}

/** A key of AWS KMS is named, never given: what it needs are AWS credentials. */
export function addKmsFlags(command: Command): Command {
  return command
    .option('--kms-key <arn>', 'key of AWS KMS that opens the vault, instead of a passphrase')
    .option('--kms-endpoint <url>', 'private endpoint of AWS KMS (else AWS’s own for the region of the key)');
}

export function addCacheFlag(command: Command): Command {
  return command.option('--cache <folder>', 'where this machine keeps what it knows of the vault’s index (else as configured, else the system’s cache folder)');
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** For options of the form NAME=VALUE that may be given several times. */
export function collectPairs(value: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at <= 0 || at === value.length - 1) throw new InvalidArgumentError('It has the form OLD=NEW.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}

export function wholeNumber(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < min || number > max) throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
    return number;
  };
}
