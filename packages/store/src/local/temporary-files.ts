import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { opendir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { StoreEnvironment } from '../environment.ts';
import { codeOf } from './file-errors.ts';

/** A file of a writer on another machine, whose life we can't tell, is given up after this. Its writer would only have to write again. */
const abandonedAfterMs = 7 * 24 * 3600 * 1000;

/** `<machine>-<pid>-<start of process>-<random>`: tells another process whether the writer still lives. */
export function temporaryName(environment: StoreEnvironment): string {
  return `${machine()}-${process.pid}-${startOf(process.pid) ?? 0}-${Buffer.from(environment.random.bytes(8)).toString('hex')}`;
}

/** Removes what dead writers left in the private folder. Never in a listing, so this is housekeeping: failures are left to the next writer. */
export async function removeAbandoned(folder: string, environment: StoreEnvironment): Promise<number> {
  let removed = 0;
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (!(await isAbandoned(entry.name, path, environment))) continue;
      await rm(path, { force: true });
      removed++;
    }
  } catch (error) {
    // Someone else's cleaning, or a folder we may not list: a put that really can't go on will say so itself.
    if (codeOf(error) === undefined) throw error;
  }
  return removed;
}

async function isAbandoned(name: string, path: string, environment: StoreEnvironment): Promise<boolean> {
  const match = /^([0-9a-f]{16})-(\d+)-(\d+)-[0-9a-f]{16}$/.exec(name);
  if (match === null) return false;
  const [, writerMachine, pid, start] = match;
  if (writerMachine === machine()) return !isAlive(Number(pid), Number(start));
  return environment.clock.now() - (await stat(path)).mtimeMs > abandonedAfterMs;
}

function isAlive(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  // Process numbers come round again: the same number with another start is another process.
  const now = startOf(pid);
  return now === undefined || start === 0 || now === start;
}

let machineName: string | undefined;

/** Processes that see each other's process numbers share this: same host, same boot, same namespace. */
function machine(): string {
  machineName ??= createHash('sha256')
    .update([hostname(), readable(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')), readable(() => readlinkSync('/proc/self/ns/pid'))].join('\n'))
    .digest('hex')
    .slice(0, 16);
  return machineName;
}

function startOf(pid: number): number | undefined {
  const stat = readable(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[19] === undefined ? undefined : Number(fields[19]);
}

/** Systems without /proc tell less; then fewer files can be proven abandoned. */
function readable(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
