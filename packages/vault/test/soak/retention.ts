import { setTimeout as sleep } from 'node:timers/promises';
import { isReadable } from '../../src/index.ts';
import { type Actor, noteFailure } from './setting.ts';

/** Living points beyond these are deleted, so that collection has work and the vault stays small. */
const livingMax = 24;
const refusals = ['POINT_DELETED', 'POINT_ABSENT', 'POINT_NOT_MARKED', 'POINT_CONDEMNED'];

/** Deletes points and brings some of them back. The only one to do so: the checker takes its notes for the order of things. */
export async function retain(actor: Actor): Promise<void> {
  const { chance, journal, vault } = actor;
  const recent: string[] = [];
  for (;;) {
    try {
      const points = (await Array.fromAsync(vault.points())).filter(isReadable);
      const surplus = Math.min(30, points.length - livingMax);
      for (let left = chance.happens(0.7) ? Math.max(1, surplus) : surplus; left > 0 && points.length > 0; left--) {
        const id = points.splice(Math.floor(chance.fraction() * points.length), 1)[0]!.id;
        await step(actor, 'delet', id, () => vault.deletePoint(id, 'surplus'));
        recent.push(id);
      }
      while (recent.length > 6) recent.shift();
      if (chance.happens(0.5) && recent.length > 0) {
        const [id] = recent.splice(Math.floor(chance.fraction() * recent.length), 1) as [string];
        await step(actor, 'undelet', id, () => vault.undeletePoint(id));
      }
    } catch (error) {
      noteFailure(journal, 'retention', error, []);
    }
    await sleep(chance.between(0, 1200));
  }
}

async function step({ journal }: Actor, what: 'delet' | 'undelet', point: string, work: () => Promise<unknown>): Promise<void> {
  journal.note({ at: `${what}ing`, point });
  try {
    await work();
    journal.note({ at: `${what}ed`, point });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (refusals.includes(code)) journal.note({ at: 'refused', point, code });
    else noteFailure(journal, `${what}ing`, error, ['SESSION_LEFT', 'POINT_MARK_LEFT']);
  }
}
