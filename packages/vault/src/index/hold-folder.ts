import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@holdfast/kit';

const name = 'hold';
const beatMs = 5_000;
/** a process of another machine that hasn't shown itself for this long is taken for dead */
const deadAfterMs = 60_000;
const pollMs = 50;
const heldHere = new Set<string>();

/**
 * Waits until no other process holds the folder. Two may hold it at once where one slept for a minute and then goes on:
 * they then do some work twice, and nothing is lost.
 */
export async function holdFolder(folder: string, clock: Clock, signal?: AbortSignal): Promise<AsyncDisposable> {
  const path = join(folder, name);
  for (;;) {
    signal?.throwIfAborted();
    if (!heldHere.has(path) && (await take(path))) break;
    if (!heldHere.has(path) && (await isDead(path, clock))) {
      const aside = `${path}-${process.pid}`;
      await rename(path, aside).catch(() => {}); // another was faster
      await rm(aside, { force: true });
    } else await clock.sleep(pollMs, signal);
  }
  heldHere.add(path);
  const stop = new AbortController();
  const beating = beat(path, clock, stop.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await beating;
      await rm(path, { force: true });
      heldHere.delete(path);
    },
  };
}

async function beat(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(beatMs, signal).catch(() => {});
    if (signal.aborted) return;
    const now = clock.now() / 1000;
    await utimes(path, now, now).catch(() => {}); // taken from us: see above
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${process.pid} ${hostname()}`);
    await file.close();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

async function isDead(path: string, clock: Clock): Promise<boolean> {
  try {
    const [pid, host] = (await readFile(path, 'utf8')).split(' ');
    if (host === hostname() && Number(pid) > 0) return Number(pid) === process.pid || !isAlive(Number(pid));
    return clock.now() - (await stat(path)).mtimeMs > deadAfterMs;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return false; // given up in between
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
