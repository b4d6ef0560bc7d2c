import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localStore } from '@holdfast/store';
import { expect, test } from 'vitest';
import { isReadable, openVault } from '../src/index.ts';
import { goldenDisk, goldenPassphrase } from './golden-vault.ts';
import { backUp, environment, restored, sha256, testDisk } from './vault-fixture.ts';

const vaults = new URL('./vaults/', import.meta.url).pathname;

/** Vaults written by earlier code, kept as they are: every later version must read them and go on writing them. */
test.each(['format-1-page-cdc', 'format-1-grid', 'format-1-write-only'])('%s, as stored, restores with today’s code and takes another point', async (name) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-golden-'));
  try {
    await cp(join(vaults, name), folder, { recursive: true });
    const recoveryKey = await readFile(join(vaults, `${name}.recovery-key`), 'utf8');
    for (const key of [{ passphrase: goldenPassphrase }, { recoveryKey }]) {
      const vault = await openVault(localStore(folder), key, environment, { workers: 1, packBytes: 4 * 1024 * 1024 });
      try {
        const points = (await Array.fromAsync(vault.points())).filter(isReadable);
        expect(points.slice(0, 2).map((point) => point.sequence)).toEqual([1, 2]);
        expect(sha256(await restored(vault, points[0]!.id))).toBe(sha256(goldenDisk(1)));
        expect(sha256(await restored(vault, points[1]!.id))).toBe(sha256(goldenDisk(2)));
        const next = await backUp(vault, 'web01', testDisk(goldenDisk(2)));
        // A fresh full may cut otherwise than the incremental of day 2 did, around what changed.
        expect(next.statistics.reused).toBeGreaterThan(0);
        expect(sha256(await restored(vault, next.point.id))).toBe(sha256(goldenDisk(2)));
        expect(next.point.sequence).toBeGreaterThan(2);
      } finally {
        await vault.close();
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the key of a write-only mover, as stored, still backs up incrementally into its vault, and its points show whose they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-golden-'));
  try {
    await cp(join(vaults, 'format-1-write-only'), folder, { recursive: true });
    const moverKey = await readFile(join(vaults, 'format-1-write-only.mover-key'), 'utf8');
    const mover = await openVault(localStore(folder), { moverKey }, environment, { workers: 1, packBytes: 4 * 1024 * 1024 });
    const full = await openVault(localStore(folder), { passphrase: goldenPassphrase }, environment, { workers: 1, packBytes: 4 * 1024 * 1024 });
    try {
      const { point, statistics } = await backUp(mover, 'web01', testDisk(goldenDisk(1)), [{ offset: 50 * 4096, length: 11 * 4096 }]);
      expect(statistics.read).toBeLessThan(1024 * 1024);
      expect(sha256(await restored(full, point.id))).toBe(sha256(goldenDisk(1)));
      const points = (await Array.fromAsync(full.points())).filter(isReadable);
      expect(points.map(({ vm, signedBy }) => [vm.name, signedBy?.state])).toEqual([
        ['web01', 'mover'],
        ['web01', 'mover'],
        ['web01', 'mover'],
        ['web02', 'vault'],
      ]);
      expect(point.base).toBe(points[1]!.id);
      const restore = await full.beginRestore(points[0]!.id);
      expect(Buffer.from(await restore.readFile('nvram')).toString()).toBe('NVRAM of web01');
      expect((await full.withConfiguration(restore.point)).configuration).toEqual({ version: 1 });
      await restore.end();
    } finally {
      await mover.close();
      await full.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
