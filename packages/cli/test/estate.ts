import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVsphereSimulator, type VsphereSimulator } from '@holdfast/simulators';
import { type Ran, type RunOptions, runHoldfast } from './run-holdfast.ts';

export const MiB = 1024 * 1024;

export interface Site extends AsyncDisposable {
  readonly folder: string;
  readonly simulator: VsphereSimulator;
  /** Runs the command in the site's folder, where its configuration is. */
  run(arguments_: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The same with `--json`, and its document. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks at in a document is what it says about its shape
  json(arguments_: readonly string[]): Promise<{ code: number | null; stderr: string; document: any }>;
}

/** A simulated vCenter with two small VMs, an empty vault in a folder, and a configuration that names both. */
export async function openSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-site-'));
  const account = { username: 'backup@vsphere.local', password: 'vcenter-password' };
  const vms = ['web01', 'db01'].map((name) => ({ name, disks: [{ capacityBytes: 16 * MiB }], nics: [{ network: 'VM Network' }] }));
  const simulator = await startVsphereSimulator({ ...account, folder: join(folder, 'vcenter'), estate: { datacenters: [{ name: 'DC', vms }] }, taskMs: 1 });
  for (const { name } of vms) await simulator.guest(name).writeExtent(0, MiB, randomBytes(2 * MiB));
  await writeFile(join(folder, 'vcenter-password.txt'), `${account.password}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'passphrase.txt'), 'a passphrase for tests\n', { mode: 0o600 });
  const configuration = {
    installation: 'tests',
    vcenters: { main: { url: simulator.url, username: account.username, passwordFile: 'vcenter-password.txt', thumbprint: simulator.thumbprintSha256 } },
    vault: { store: 'vault', passphraseFile: 'passphrase.txt' },
  };
  await writeFile(join(folder, 'holdfast.json'), JSON.stringify(configuration));
  const run = (arguments_: readonly string[], options: RunOptions = {}) => runHoldfast(arguments_, { ...options, cwd: folder });
  const created = await run(['vault', 'create', '--recovery-key-file', join(folder, 'recovery.key')]);
  if (created.code !== 0) throw new Error(created.stderr);
  return {
    folder,
    simulator,
    run,
    json: async (arguments_) => {
      const { code, stdout, stderr } = await run([...arguments_, '--json']);
      return { code, stderr, document: JSON.parse(stdout) };
    },
    [Symbol.asyncDispose]: async () => {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
