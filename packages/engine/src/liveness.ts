import { type Clock, formatDuration } from '@holdfast/kit';
import type { Vault } from '@holdfast/vault';
import type { ProcessIdentity } from './process-identity.ts';
import type { SnapshotMark } from './snapshot-mark.ts';

/** Whether somebody still works with a snapshot of ours, and how we know. */
export interface Verdict {
  readonly state: 'alive' | 'ended' | 'unknown';
  /** goes on after "kept:" or "removed:" */
  readonly reason: string;
}

/** After this time a snapshot of which nothing better is known counts as left behind. */
export const staleAfterMsDefault = 24 * 60 * 60 * 1000;

/** A session renews its lease every few minutes; one that has been silent for this long is dead, even if clocks differ a lot. */
const leaseSilentMsMax = 2 * 60 * 60 * 1000;

/** Sessions of this process that are under way, so that a snapshot which an earlier job of ours could not remove is told from one in use. */
const sessionsUnderWay = new Set<string>();

export function noteSession(session: string): Disposable {
  sessionsUnderWay.add(session);
  return { [Symbol.dispose]: () => void sessionsUnderWay.delete(session) };
}

export interface LivenessOptions {
  /** asked for the session where the mark names it */
  readonly vault: Vault | undefined;
  readonly identity: ProcessIdentity;
  readonly clock: Clock;
  readonly staleAfterMs: number;
}

/**
 * Decides whether the backup that took a snapshot is still running. Taking a living one for dead costs that backup its point, never a wrong one:
 * whoever finds its snapshot gone doesn't commit. So time may decide in the end, where nothing else is known.
 */
export async function verdictOn(mark: SnapshotMark, { vault, identity, clock, staleAfterMs }: LivenessOptions): Promise<Verdict> {
  // A writer's session is put before its snapshot is taken and deleted after it is removed.
  if (vault !== undefined && mark.vault === vault.description.id && (await vault.store.head(`sessions/${mark.session}`)) === undefined) {
    return { state: 'ended', reason: 'its session in the vault has ended' };
  }
  if (mark.process === identity.mark) {
    return sessionsUnderWay.has(mark.session)
      ? { state: 'alive', reason: 'a backup of this process is using it' }
      : { state: 'ended', reason: 'a backup of this process left it behind' };
  }
  const state = mark.process === undefined ? 'unknown' : identity.stateOf(mark.process);
  if (state === 'alive') return { state, reason: 'a backup of another process on this machine is using it' };
  if (state === 'ended') return { state, reason: 'the process that took it has ended' };
  if (vault !== undefined && mark.vault === vault.description.id) {
    const silentMs = clock.now() - (await lastSignOfLife(vault, mark.session));
    if (silentMs >= leaseSilentMsMax) return { state: 'ended', reason: `its session in the vault has not been renewed for ${formatDuration(silentMs / 1000)}` };
  }
  const ageMs = clock.now() - Date.parse(mark.createdAt);
  const age = formatDuration(Math.max(0, ageMs / 1000));
  if (ageMs >= staleAfterMs) return { state: 'ended', reason: `it was taken on another machine ${age} ago` };
  return {
    state: 'unknown',
    reason: `it was taken on another machine ${age} ago and may be in use; it counts as left behind after ${formatDuration(staleAfterMs / 1000)}`,
  };
}

/** When the session's object or one of its renewals was put, by the store's clock; now where the store doesn't tell. */
async function lastSignOfLife(vault: Vault, session: string): Promise<number> {
  let last = 0;
  for await (const object of vault.store.list(`sessions/${session}`)) last = Math.max(last, object.modifiedAt ?? Number.POSITIVE_INFINITY);
  return last;
}
