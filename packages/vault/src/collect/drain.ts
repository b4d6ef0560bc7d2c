import { fence, hasExpired, isDecided } from './fence.ts';
import { type PresentSession, presentSessions } from './present-sessions.ts';
import { type Cycle, type ListedSession, putSessions, type RecordContext, readSessions } from './records.ts';

export interface Drained {
  /** those that still may commit, or read */
  readonly left: readonly PresentSession[];
  /** points that undelete sessions may bring back; they count as needed */
  readonly kept: ReadonlySet<string>;
}

export interface DrainOptions {
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  onFence(session: ListedSession): void;
  onWait?(left: readonly PresentSession[]): void;
}

/** Asked often at first, for sessions that are about to end, and then ever less. */
const pollMs = { first: 250, last: 10_000 };

/**
 * Waits for exactly the sessions that were present when the cycle's list was made: they may not have seen its condemned record.
 * The list is kept in the vault, so that runs that don't wait get on, however many sessions begin meanwhile.
 */
export async function drain(context: RecordContext, cycle: Pick<Cycle, 'number' | 'sessions'>, options: DrainOptions): Promise<Drained> {
  const { environment } = context;
  const { sessions } = await listToEnd(context, cycle);
  const kept = new Set(sessions.flatMap((session) => (session.kind === 'undelete' && session.point !== undefined ? [session.point] : [])));
  const until = environment.clock.elapsed() + (options.waitMs ?? 0);
  let open = sessions.filter((session) => session.kind !== 'undelete');
  for (let nextMs = pollMs.first; ; nextMs = Math.min(pollMs.last, nextMs * 2)) {
    const left = open.length === 0 ? [] : await undecided(context, open, options.onFence);
    const restMs = until - environment.clock.elapsed();
    if (left.length === 0 || restMs <= 0) return { left, kept };
    options.onWait?.(left);
    open = left;
    await environment.clock.sleep(Math.min(nextMs, restMs), options.signal);
  }
}

/** The cycle's list. Any list that was taken after the condemned record was put names all that must end; so the first one put is as good as ours. */
async function listToEnd(context: RecordContext, { number, sessions }: Pick<Cycle, 'number' | 'sessions'>) {
  if (sessions) return readSessions(context.store, context.keys, number);
  const present = await presentSessions(context);
  return putSessions(context, number, { sessions: present.map(({ id, vmId, kind, point }) => ({ id, vmId, kind, point })) });
}

/**
 * Which of these sessions can still commit, or read. One that has ended or whose point key is decided can't; one whose lease has run
 * out is fenced, and the store decides whether the fence or its commit was first.
 */
async function undecided(context: RecordContext, sessions: readonly ListedSession[], onFence: (session: ListedSession) => void): Promise<PresentSession[]> {
  const left: PresentSession[] = [];
  const present = new Map((await presentSessions(context)).map((session) => [session.id, session]));
  for (const session of sessions) {
    const now = present.get(session.id);
    if (now === undefined || (await isDecided(context, now))) continue;
    if (!hasExpired(context, now)) left.push(now);
    else if (await fence(context, now, 'its lease ran out')) onFence(now);
  }
  return left;
}
