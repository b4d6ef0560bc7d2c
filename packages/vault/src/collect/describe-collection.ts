import { insideOf } from '../inside.ts';
import type { Vault } from '../vault.ts';
import { isDecided } from './fence.ts';
import { type PresentSession, presentSessions } from './present-sessions.ts';
import { listCycles, type RecordContext, readCondemned, readOutcome, readSessions } from './records.ts';

export interface OpenCycle {
  readonly cycle: number;
  /** packs that are condemned or, with an outcome, go */
  readonly packs: number;
  /** it is decided what goes; nobody is waited for any more */
  readonly decided: boolean;
  readonly waitingFor: readonly PresentSession[];
}

export interface CollectionState {
  /** collections that were begun and not ended: the next run goes on with the first */
  readonly open: readonly OpenCycle[];
  /** undelete sessions, whose points’ packs stay */
  readonly undeleting: readonly PresentSession[];
}

/** How collection stands. Changes nothing, and asks for what it says only. */
export async function describeCollection(vault: Vault): Promise<CollectionState> {
  const context: RecordContext = insideOf(vault);
  const { store, keys } = context;
  const present = await presentSessions(context);
  const open: OpenCycle[] = [];
  for (const { number, condemned, sessions, outcome, closed } of await listCycles(store)) {
    if (!condemned || closed) continue;
    const { packs } = outcome ? await readOutcome(store, keys, number) : await readCondemned(store, keys, number);
    const listed = !outcome && sessions ? new Set((await readSessions(store, keys, number)).sessions.map(({ id }) => id)) : undefined;
    const waitingFor: PresentSession[] = [];
    for (const session of outcome ? [] : present) {
      if (session.kind === 'undelete' || listed?.has(session.id) === false || (await isDecided(context, session))) continue;
      waitingFor.push(session);
    }
    open.push({ cycle: number, packs: packs.length, decided: outcome, waitingFor });
  }
  return { open, undeleting: present.filter(({ kind }) => kind === 'undelete') };
}
