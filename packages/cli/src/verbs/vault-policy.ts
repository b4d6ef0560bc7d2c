import { type AccessRole, accessPolicy, accessRoles } from '@holdfast/vault';
import { type Command, Option } from 'commander';
import { cliErrors } from '../errors.ts';
import { addKmsFlags, addStoreFlags, collect, type StoreFlags } from '../flags.ts';
import type { Surroundings } from '../surroundings.ts';
import { storeAddress } from '../vault-access.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

interface PolicyFlags extends StoreFlags {
  readonly role: AccessRole;
  readonly principal: readonly string[];
  readonly objectLock?: boolean;
  readonly writeOnce?: boolean;
  readonly kmsKey?: string;
  readonly vaultId?: string;
}

export function addVaultPolicyVerb(vault: Command, surroundings: Surroundings, state: ExitState): void {
  const roles = Object.entries(accessRoles).map(([role, { purpose }]) => `  ${role.padEnd(14)} ${purpose}`);
  const policy = addKmsFlags(addStoreFlags(vault.command('policy')))
    .description('print the least that a role needs of the bucket, as a policy; asks nobody')
    .addOption(new Option('--role <role>', 'what the policy is for').choices(Object.keys(accessRoles)).makeOptionMandatory())
    .option('--principal <who>', 'make a policy of the bucket, for this user or role (several times for several); else one of an identity', collect, [])
    .option('--object-lock', 'the bucket has Object Lock')
    .option('--write-once', 'refuse what could overwrite an object, as Amazon S3 can')
    .option('--vault-id <id>', 'allow the key of AWS KMS for this vault only')
    .addHelpText(
      'after',
      `\nRoles:\n${roles.join('\n')}\n\nExample:\n  holdfast vault policy --role writer --store s3://backups/site-a --region eu-central-1 > writer.json`,
    );
  tieVerb<PolicyFlags>(policy, surroundings, state, policyVerb);
}

async function policyVerb(context: VerbContext<PolicyFlags>): Promise<VerbOutcome> {
  const { options, configuration, output } = context;
  const { role, principal, objectLock, writeOnce, vaultId } = options;
  const place = s3Place(storeAddress(context));
  if (principal.length > 0 && (options.kmsKey !== undefined || vaultId !== undefined)) {
    throw cliErrors.create('CLI_USAGE', 'a policy of the bucket can’t give a right to a key of AWS KMS', {
      did: 'nothing was done',
      advice: 'Leave --principal out for the policy of an identity, or give the right in the key’s own policy.',
    });
  }
  const kmsKey = options.kmsKey ?? (principal.length === 0 ? configuration.vault?.kms?.key : undefined);
  const policy = accessPolicy({
    role,
    ...place,
    ...(principal.length > 0 && { principals: principal }),
    ...(objectLock !== undefined && { objectLock }),
    ...(writeOnce !== undefined && { writeOnce }),
    ...(kmsKey !== undefined && { kmsKey }),
    ...(vaultId !== undefined && { vaultId }),
  });
  output.line(JSON.stringify(policy, undefined, 2));
  return { result: { role, purpose: accessRoles[role].purpose, policy } };
}

function s3Place(address: string): { bucket: string; prefix: string; partition: string } {
  if (!address.startsWith('s3://')) {
    throw cliErrors.create('CLI_USAGE', 'policies are for buckets, and this vault lies in a folder', {
      did: 'nothing was done',
      advice: 'Give the rights by the folder’s owner and mode; docs/access.md says which role needs what.',
    });
  }
  const { hostname: bucket, pathname, searchParams } = new URL(address);
  const region = searchParams.get('region') ?? '';
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return { bucket, prefix: decodeURIComponent(pathname).replace(/^\/|\/$/g, ''), partition };
}
