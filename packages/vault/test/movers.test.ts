import { expect, test } from 'vitest';
import type { RecoveryPoint, Vault } from '../src/index.ts';
import { expectSound } from './expect-sound.ts';
import { moverScene } from './mover-fixture.ts';
import { backUp, diskBytes, sha256, testDisk } from './vault-fixture.ts';

const MiB = 1024 * 1024;

async function restoredBy(vault: Vault, point: RecoveryPoint): Promise<string> {
  const session = await vault.beginRestore(point.id);
  try {
    const bytes = Buffer.alloc(point.disks[0]!.capacity);
    const sink = {
      order: 'any' as const,
      write: async (offset: number, from: Uint8Array) => void bytes.set(from, offset),
      zero: async (offset: number, length: number) => void bytes.fill(0, offset, offset + length),
    };
    await session.restoreDisk({ disk: 2000, sink });
    return sha256(bytes);
  } finally {
    await session.end();
  }
}

test('a write-only mover backs up in full and incrementally, and the passphrase restores both', async () => {
  await using scene = await moverScene();
  const { vault } = await scene.mover('edge');
  const disk = testDisk(diskBytes(20 * MiB));
  const first = await backUp(vault, 'web01', disk);
  const before = sha256(disk.bytes);
  disk.bytes.write('changed', 5 * MiB);
  const second = await backUp(vault, 'web01', disk, [{ offset: 5 * MiB, length: 4096 }]);
  expect(second.point.base).toBe(first.point.id);
  expect(second.statistics.read).toBeLessThan(2 * MiB);
  expect(await restoredBy(scene.full, first.point)).toBe(before);
  expect(await restoredBy(scene.full, second.point)).toBe(sha256(disk.bytes));
  await expectSound(scene.full);
});
