import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReadable } from '../../src/index.ts';
import { capacity } from './disk-history.ts';
import { type Actor, noteFailure } from './setting.ts';

const expected = ['POINT_ABSENT', 'RESTORE_REFUSED', 'RESTORE_FENCED', 'SESSION_LEFT'];

/** Restores one point after the other, at times slowly; what came out is compared with the journals by the checker. */
export async function restoreSome(actor: Actor): Promise<void> {
  const { chance, journal, vault } = actor;
  const bytes = Buffer.alloc(capacity);
  for (;;) {
    try {
      const points = (await Array.fromAsync(vault.points())).filter(isReadable);
      if (points.length === 0) await sleep(500);
      else {
        // The oldest are the next to be deleted.
        const { id } = chance.happens(0.5) ? chance.one(points) : points[Math.floor(chance.fraction() ** 2 * points.length)]!;
        const sha256 = await restore(actor, id, bytes);
        journal.note({ at: 'restored', point: id, sha256 });
      }
    } catch (error) {
      noteFailure(journal, 'a restore', error, expected);
    }
    await sleep(chance.between(0, 300));
  }
}

async function restore({ chance, vault }: Actor, id: string, bytes: Buffer): Promise<string> {
  const slow = chance.happens(0.25);
  const session = await vault.beginRestore(id);
  try {
    if (slow) await sleep(chance.between(0, 4000));
    bytes.fill(0);
    const sink = {
      order: 'any' as const,
      write: async (offset: number, from: Uint8Array) => {
        if (slow) await sleep(chance.between(0, 1500));
        bytes.set(from, offset);
      },
      zero: async () => {},
    };
    await session.restoreDisk({ disk: 2000, sink });
    return createHash('sha256').update(bytes).digest('hex');
  } finally {
    await session.end();
  }
}
