import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isReadable } from '@holdfast/vault';
import { expect, test } from 'vitest';
import type { KillChildOrder } from './kill-child.ts';
import { account, fillDisk, MiB, openScene, passphrase, type Scene, smallVm } from './scene.ts';

const kills = Number(process.env.HOLDFAST_KILLS ?? 50);
const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 32));
const child = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

/** The same numbers in [0, 1) for the same seed. */
function seeded(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Starts a process that backs up without end, and kills it when so many milliseconds have passed. */
async function killOneAfter(scene: Scene, milliseconds: number): Promise<void> {
  const order: KillChildOrder = {
    ...account,
    vault: join(scene.folder, 'vault'),
    passphrase,
    url: scene.simulator.url,
    sha256: scene.simulator.thumbprintSha256,
    vm: 'web01',
  };
  const running = spawn(process.execPath, [child, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  running.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  const ended = once(running, 'exit');
  await Promise.race([once(running.stdout, 'data'), ended]);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  running.kill('SIGKILL');
  const [code, signal] = await ended;
  if (signal !== 'SIGKILL') throw new Error(`the backup ended by itself (${code}): ${complaint}`);
}

test(
  `a process killed at ${kills} random moments of a backup damages no point, and the next run completes and leaves nothing`,
  async () => {
    console.log(`seed ${seed} (set HOLDFAST_SEED to repeat)`);
    const random = seeded(seed);
    await using scene = await openScene({ vms: [smallVm('web01', 2, 16 * MiB)] });
    await fillDisk(scene.simulator, 'web01', 0, 1);
    await fillDisk(scene.simulator, 'web01', 1, 2);

    const hashes = new Map<string, readonly string[]>();
    /** Every point that is there and was not before holds the disks as they are now: nobody wrote meanwhile. */
    const noteNewPoints = async (now: readonly string[]) => {
      let found = 0;
      for await (const point of scene.vault.points()) {
        if (!isReadable(point)) throw new Error(`${point.id} can not be read: ${point.reason}`);
        if (!hashes.has(point.id)) found += 1;
        if (!hashes.has(point.id)) hashes.set(point.id, now);
      }
      return found;
    };
    const check = async (id: string) => expect(await scene.restoredHashes(await scene.vault.point(id)), `point ${id}, seed ${seed}`).toEqual(hashes.get(id));

    const startedMs = performance.now();
    await scene.point('web01');
    const backupMs = performance.now() - startedMs;
    await noteNewPoints(await scene.guestHashes('web01'));
    const seen = { withSnapshot: 0, withPoint: 0 };

    for (let round = 1; round <= kills; round++) {
      const length = 4096 * (1 + Math.floor(random() * 64));
      await scene.simulator
        .guest('web01')
        .writeExtent(round % 2, 4096 * Math.floor((random() * 15 * MiB) / 4096), Buffer.alloc(length, `round ${round} ${random()}`));
      await killOneAfter(scene, random() * 1.5 * backupMs);

      if ((await scene.simulator.vm('web01')).snapshots.length > 0) seen.withSnapshot += 1;
      const now = await scene.guestHashes('web01');
      if ((await noteNewPoints(now)) > 0) seen.withPoint += 1;
      const next = await scene.point('web01');
      await noteNewPoints(now);
      await check(next.id);
      expect((await scene.simulator.vm('web01')).snapshots, `round ${round}, seed ${seed}`).toEqual([]);
    }
    for (const id of hashes.keys()) await check(id);
    console.log(`${kills} kills: ${seen.withSnapshot} left a snapshot, ${seen.withPoint} came after a commit; ${hashes.size} points are whole`);
  },
  15 * 60_000,
);
