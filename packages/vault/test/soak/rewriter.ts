import { setTimeout as sleep } from 'node:timers/promises';
import { rewritePacks } from '../../src/index.ts';
import { type Actor, noteFailure } from './setting.ts';

/** `PACK_ABSENT`: it plans without a session, so that a point may be deleted and collected while its maps are read. */
const expected = ['VAULT_FENCED', 'VAULT_COMMIT_UNKNOWN', 'SESSION_LEFT', 'PACK_ABSENT'];
/** Packs of which less than this is needed are rewritten: many, so that maps lead through several rewritings. */
const below = 0.8;

/** Rewrites again and again; a collector takes what it leaves. */
export async function rewriteAll({ chance, journal, vault }: Actor): Promise<void> {
  for (;;) {
    try {
      const { state, packs, notices } = await rewritePacks(vault, { apply: true, below, packBytes: 4 * 1024 * 1024 });
      journal.note({ at: 'rewritten', state, packs, notices });
    } catch (error) {
      noteFailure(journal, 'a rewriting', error, expected);
    }
    await sleep(chance.between(0, 4000));
  }
}
