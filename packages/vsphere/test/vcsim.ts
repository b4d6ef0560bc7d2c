import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { systemClock, systemRandom } from '@holdfast/kit';
import { type ConnectOptions, connect, readThumbprint, type Vcenter } from '@holdfast/vsphere';
import { judge } from '../../../tools/judges/judge.ts';

export const vcsimPath: string | undefined = judge('vcsim');

/** govmomi's vCenter simulator, running until disposed of. */
export interface Vcsim extends AsyncDisposable {
  readonly url: string;
  options(more?: Partial<ConnectOptions>): Promise<ConnectOptions>;
  connect(more?: Partial<ConnectOptions>): Promise<Vcenter>;
}

export async function startVcsim(...parameters: string[]): Promise<Vcsim> {
  // It ends when its standard input does, so that it never outlives us.
  const child = spawn(vcsimPath as string, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('vcsim ended'))),
  ])) as [string];
  const options = async (more: Partial<ConnectOptions> = {}): Promise<ConnectOptions> => ({
    url,
    username: 'user',
    password: 'pass',
    trust: { kind: 'thumbprint', sha256: (await readThumbprint(url)).sha256 },
    clock: systemClock,
    random: systemRandom,
    ...more,
  });
  return {
    url,
    options,
    connect: async (more) => await connect(await options(more)),
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    },
  };
}
