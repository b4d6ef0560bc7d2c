import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { cliErrors } from './errors.ts';
import type { Surroundings } from './surroundings.ts';

const vcenterSchema = z.strictObject({
  /** `https://vcenter.example.com`, `vcenter.example.com` or with a port */
  url: z.string().min(1),
  username: z.string().min(1),
  passwordFile: z.string().optional(),
  passwordVariable: z.string().optional(),
  /** SHA-256 or SHA-1 fingerprint of the server's certificate; or a file with the CA that signed it; neither: the system's CAs */
  thumbprint: z.string().optional(),
  caFile: z.string().optional(),
});

const vaultSchema = z.strictObject({
  /** `s3://bucket/prefix` or a directory */
  store: z.string().min(1),
  region: z.string().optional(),
  /** for S3 stores that are not Amazon's */
  endpoint: z.string().optional(),
  pathStyle: z.boolean().optional(),
  passphraseFile: z.string().optional(),
  passphraseVariable: z.string().optional(),
  recoveryKeyFile: z.string().optional(),
  /** key of a write-only mover, instead of any other; and the file with its passphrase, where it has one */
  moverKeyFile: z.string().optional(),
  moverPassphraseFile: z.string().optional(),
  /** ARN of a key of AWS KMS that opens the vault; credentials come from where the AWS tools take them */
  kms: z.strictObject({ key: z.string().min(1), endpoint: z.string().optional() }).optional(),
});

const configurationSchema = z.strictObject({
  /** names this installation in the marks it leaves on snapshots */
  installation: z.string().max(60).optional(),
  vcenters: z.record(z.string(), vcenterSchema).default({}),
  vault: vaultSchema.optional(),
  /** folder in which this machine keeps what it knows of vaults’ indexes; may be removed at any time */
  cache: z.string().min(1).optional(),
  limits: z.strictObject({ vmsAtOnce: z.int().min(1).max(64).optional(), disksAtOnce: z.int().min(1).max(16).optional() }).optional(),
});

export type Configuration = z.infer<typeof configurationSchema>;
export type VcenterConfiguration = z.infer<typeof vcenterSchema>;

const defaultPath = 'holdfast.json';

/**
 * The configuration: from the file named by flag or by HOLDFAST_CONFIG, else `holdfast.json` in the current folder if it is there, else empty.
 * Paths in it count from the file's own folder.
 *
 * @throws `CLI_CONFIGURATION`
 */
export async function loadConfiguration(flag: string | undefined, surroundings: Surroundings): Promise<Configuration> {
  const named = flag ?? surroundings.variables.HOLDFAST_CONFIG;
  const path = resolve(named ?? defaultPath);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return configurationSchema.parse({});
    throw cliErrors.create('CLI_CONFIGURATION', `the configuration ${path} could not be read: ${(error as Error).message}`, {
      subject: { file: path },
      cause: error,
    });
  }
  return withPathsFrom(dirname(path), parseConfiguration(text, path));
}

export function parseConfiguration(text: string, path: string): Configuration {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw cliErrors.create('CLI_CONFIGURATION', `the configuration ${path} is not JSON: ${(error as Error).message}`, {
      subject: { file: path },
      cause: error,
    });
  }
  const parsed = configurationSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const findings = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  const advice = /"(password|passphrase|recoveryKey|secret)"/.test(findings.join())
    ? 'Secrets don’t belong into the configuration: name a file (passwordFile, passphraseFile) or an environment variable (passwordVariable, passphraseVariable).'
    : undefined;
  throw cliErrors.create('CLI_CONFIGURATION', `the configuration ${path} is not understood: ${findings.join('; ')}`, {
    subject: { file: path },
    ...(advice === undefined ? {} : { advice }),
  });
}

function withPathsFrom(folder: string, configuration: Configuration): Configuration {
  const from = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path));
  const vcenters = Object.fromEntries(
    Object.entries(configuration.vcenters).map(([name, vcenter]) => [
      name,
      { ...vcenter, passwordFile: from(vcenter.passwordFile), caFile: from(vcenter.caFile) },
    ]),
  );
  const { vault, cache } = configuration;
  const common = { ...configuration, vcenters, ...(cache === undefined ? {} : { cache: resolve(folder, cache) }) };
  if (vault === undefined) return common;
  const store = /^[a-z][a-z0-9]+:\/\//.test(vault.store) ? vault.store : resolve(folder, vault.store);
  return {
    ...common,
    vault: {
      ...vault,
      store,
      passphraseFile: from(vault.passphraseFile),
      recoveryKeyFile: from(vault.recoveryKeyFile),
      moverKeyFile: from(vault.moverKeyFile),
      moverPassphraseFile: from(vault.moverPassphraseFile),
    },
  };
}
