import { setTimeout as sleep } from 'node:timers/promises';
import { collectVault } from '../../src/index.ts';
import { type Actor, noteFailure } from './setting.ts';

/** Collects again and again; at times it doesn't wait, so that the next run goes on with what is open. */
export async function collectAll({ chance, journal, vault }: Actor): Promise<void> {
  for (;;) {
    try {
      const waitMs = chance.happens(0.3) ? 0 : 30_000;
      const { state, packs, pardoned, fenced } = await collectVault(vault, { apply: true, waitMs });
      journal.note({ at: 'collected', state, packs, pardoned, fenced: fenced.length });
    } catch (error) {
      noteFailure(journal, 'a collection', error, ['COLLECTION_INCOMPLETE']);
    }
    await sleep(chance.between(0, 2500));
  }
}
