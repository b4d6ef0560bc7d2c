import { readFile } from 'node:fs/promises';
import type { VcenterConfiguration } from './configuration.ts';
import { cliErrors } from './errors.ts';
import type { VcenterFlags } from './flags.ts';
import { readSecret } from './secrets.ts';
import type { VerbContext } from './verb.ts';

/** Everything needed to sign in to one vCenter. */
export interface VcenterSettings {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly thumbprint?: string;
  /** PEM */
  readonly ca?: string;
}

/**
 * Which vCenter is meant and how to sign in to it: flags win over the configuration.
 *
 * @throws `CLI_NOT_CONFIGURED`, and what reading secrets throws
 */
export async function vcenterSettings({ options, configuration, surroundings }: VerbContext<VcenterFlags>): Promise<VcenterSettings> {
  const configured = chooseVcenter(options.vcenter, configuration.vcenters);
  const url = configured?.url ?? options.vcenter ?? '';
  const username = options.username ?? configured?.username;
  if (username === undefined) throw cliErrors.create('CLI_NOT_CONFIGURED', `the account for ${url} is not known`, { advice: 'Give --username NAME.' });
  const thumbprint = options.thumbprint ?? configured?.thumbprint;
  const caFile = options.caFile ?? configured?.caFile;
  const password = await readSecret(
    {
      what: `the password of ${username} on ${url}`,
      file: options.passwordFile ?? configured?.passwordFile,
      variables: [...(configured?.passwordVariable === undefined ? [] : [configured.passwordVariable]), 'HOLDFAST_VCENTER_PASSWORD'],
      flag: '--password-file',
    },
    surroundings,
  );
  return { url, username, password, ...(thumbprint === undefined ? {} : { thumbprint }), ...(caFile === undefined ? {} : { ca: await readCa(caFile) }) };
}

function chooseVcenter(wanted: string | undefined, vcenters: Readonly<Record<string, VcenterConfiguration>>): VcenterConfiguration | undefined {
  const names = Object.keys(vcenters);
  if (wanted === undefined) {
    const [only] = names;
    if (only !== undefined && names.length === 1) return vcenters[only];
    throw cliErrors.create('CLI_NOT_CONFIGURED', names.length === 0 ? 'no vCenter is named' : `the configuration has several vCenters: ${names.join(', ')}`, {
      advice: names.length === 0 ? 'Give --vcenter URL with --username, or name a vCenter in the configuration.' : 'Say which with --vcenter NAME.',
    });
  }
  const configured = vcenters[wanted];
  if (configured !== undefined) return configured;
  if (/[.:/]|^localhost$/.test(wanted)) return undefined;
  throw cliErrors.create('CLI_NOT_CONFIGURED', `the configuration has no vCenter "${wanted}"${names.length === 0 ? '' : `; it has ${names.join(', ')}`}`, {
    advice: 'Give the name of a configured vCenter, or an address such as https://vcenter.example.com.',
  });
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw cliErrors.create('CLI_CONFIGURATION', `the CA file ${path} could not be read: ${(error as Error).message}`, {
      subject: { file: path },
      cause: error,
    });
  }
}
