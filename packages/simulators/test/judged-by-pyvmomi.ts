import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { VsphereSimulator } from '../src/index.ts';

/** One line a script prints: what it saw at a step. */
export interface Seen {
  readonly step: string;
  readonly [fact: string]: unknown;
}

/** What the test does when a script stops at a step and asks; its return value is what the script gets to read. */
export type Acts = Readonly<Record<string, () => Promise<object | undefined>>>;

const scripts = join(import.meta.dirname, '..', '..', '..', 'tools', 'judges', 'pyvmomi');

/** Runs one of the Python scripts against a simulator. Returns what it told, by step; fails when the script does. */
export async function judgeWith(python: string, script: string, simulator: VsphereSimulator, folder: string, acts: Acts = {}): Promise<Map<string, Seen[]>> {
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, simulator.caPem);
  const { hostname: host, port } = new URL(simulator.url);
  const options = { host, port: Number(port), user: simulator.username, password: simulator.password, caFile };
  const child = spawn(python, [join(scripts, script), JSON.stringify(options)], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  let complaint = '';
  child.stderr.on('data', (part: Buffer) => {
    complaint = (complaint + part.toString()).slice(-8000);
  });
  const steps = new Map<string, Seen[]>();
  for await (const line of createInterface({ input: child.stdout })) {
    const seen = JSON.parse(line) as Seen;
    steps.set(seen.step, [...(steps.get(seen.step) ?? []), seen]);
    const act = acts[seen.step];
    if (act !== undefined) child.stdin.write(`${JSON.stringify((await act()) ?? {})}\n`);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${script} ended with ${code}, after ${[...steps.keys()].join(', ')}:\n${complaint}`);
  return steps;
}
