import { Semaphore } from '@holdfast/kit';
import type { DiskSink } from './disk.ts';
import { diskErrors } from './errors.ts';

/** What a kind of sink has to do itself; ranges, order, failures and the end of life are watched by `guardedSink`. */
export interface SinkBody {
  readonly order: DiskSink['order'];
  readonly transport: string;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  zero(offset: number, length: number): Promise<void>;
  flush(): Promise<void>;
  /** Makes the disk whole and known by its name: the commit point. */
  finish(): Promise<void>;
  /** Makes running work end soon; `discard` follows when it has ended. */
  cancel?(reason: unknown): void;
  /** Leaves nothing that could be taken for a whole disk. */
  discard(): Promise<void>;
}

type State = 'open' | 'failed' | 'closing' | 'closed' | 'aborted';

/** @throws `DISK_MISUSED`; to be called before anything is opened */
export function checkCapacity(disk: string, capacity: number): void {
  if (!Number.isSafeInteger(capacity) || capacity <= 0) throw diskErrors.create('DISK_MISUSED', `${disk}: ${capacity} bytes is no size for a disk`);
}

/**
 * The manners every sink shares: nothing outside the disk, nothing out of order, nothing after the end, and a disk with a failed
 * write is never finished.
 *
 * @param disk for messages: the file or the disk of a VM
 * @param capacity bytes, checked by `checkCapacity`
 */
export function guardedSink(disk: string, capacity: number, body: SinkBody): DiskSink {
  const running = new Set<Promise<unknown>>();
  // An ascending sink is one stream: its calls are carried out one after the other.
  const lane = new Semaphore(1);
  let state: State = 'open';
  let failure: unknown;
  let ascendingEnd = 0;
  let ending: Promise<void> | undefined;

  const alive = (): void => {
    if (state === 'failed') throw failure;
    if (state !== 'open') throw diskErrors.create('DISK_ABANDONED', `${disk} takes no more data: it has been ${state === 'aborted' ? 'given up' : 'finished'}`);
  };

  const claim = (offset: number, length: number): void => {
    alive();
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > capacity)
      throw diskErrors.create('DISK_MISUSED', `${disk}: ${length} bytes at ${offset} lie outside of its ${capacity} bytes`);
    if (body.order === 'any') return;
    if (offset < ascendingEnd) throw diskErrors.create('DISK_MISUSED', `${disk} is written in ascending order: ${offset} comes after ${ascendingEnd}`);
    ascendingEnd = offset + length;
  };

  const track = async (work: () => Promise<void>): Promise<void> => {
    const one = body.order === 'ascending' ? lane.run(work) : work();
    running.add(one);
    try {
      await one;
    } catch (error) {
      if (state === 'open') {
        state = 'failed';
        failure = error;
      }
      throw error;
    } finally {
      running.delete(one);
    }
  };

  // Once only: a second removal by name could hit what another restore has begun meanwhile.
  let discarded: Promise<void> | undefined;
  const discard = (): Promise<void> => {
    discarded ??= body.discard();
    return discarded;
  };

  const close = async (): Promise<void> => {
    await Promise.allSettled(running);
    if (state === 'failed') {
      await discard();
      throw failure;
    }
    alive();
    state = 'closing';
    try {
      await body.finish();
    } catch (error) {
      state = 'failed';
      failure = error;
      await discard();
      throw error;
    }
    state = 'closed';
  };

  const abort = async (reason: unknown): Promise<void> => {
    if (state === 'closed' || state === 'aborted') return;
    const wasEnding = state === 'closing';
    if (!wasEnding) state = 'aborted';
    body.cancel?.(reason);
    await Promise.allSettled(running);
    if (wasEnding) await ending?.catch(() => undefined);
    else await discard();
  };

  return {
    order: body.order,
    transport: body.transport,
    write: async (offset, bytes) => {
      claim(offset, bytes.length);
      if (bytes.length > 0) await track(() => body.write(offset, bytes));
    },
    zero: async (offset, length) => {
      claim(offset, length);
      if (length > 0) await track(() => body.zero(offset, length));
    },
    flush: async () => {
      alive();
      await track(() => body.flush());
    },
    close: () => {
      if (state === 'aborted') return Promise.resolve();
      ending ??= close();
      return ending;
    },
    abort,
  };
}
