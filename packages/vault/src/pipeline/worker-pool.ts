import { Worker } from 'node:worker_threads';
import { vaultErrors } from '../errors.ts';
import type { FromWorker, Results, SharedWithWorkers, ToWorker, Work, WorkerSetup } from './messages.ts';
import type { ClosedPack } from './seal-segment.ts';

/** What a session hears from its workers besides the answers to its tasks. */
export interface SessionEvents {
  onPackFull(): void;
  onPackClosed(pack: ClosedPack): void;
}

interface Task {
  readonly work: Work;
  readonly transfer: readonly ArrayBuffer[];
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** One running and one waiting, so that a worker never idles while the main thread is busy. */
const tasksPerWorker = 2;

/** The threads of one vault. Tasks wait in order until a worker has room; the buffers they fill bound how many can wait. */
export class WorkerPool implements AsyncDisposable {
  readonly #workers: { readonly thread: Worker; readonly tasks: Map<number, Task> }[] = [];
  readonly #waiting: Task[] = [];
  readonly #sessions = new Map<string, SessionEvents>();
  #nextTask = 1;
  #failure: unknown;
  #closing = false;

  constructor(count: number, setup: WorkerSetup) {
    for (let index = 0; index < count; index++) {
      const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData: setup, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 8 } });
      const worker = { thread, tasks: new Map<number, Task>() };
      thread.on('message', (message: FromWorker) => this.#heard(worker.tasks, message));
      thread.on('error', (error) => this.#fail(error));
      thread.on('exit', (code) => {
        if (!this.#closing) this.#fail(new Error(`worker thread exited with code ${code}`));
      });
      thread.unref();
      this.#workers.push(worker);
    }
  }

  join(session: string, shared: SharedWithWorkers, events: SessionEvents): void {
    this.#sessions.set(session, events);
    const { control, table, runs } = shared;
    this.#toAll({ kind: 'join', session, control, table, runs: runs && { key: runs.key, runs: runs.runs } });
  }

  leave(session: string): void {
    this.#sessions.delete(session);
    this.#toAll({ kind: 'leave', session });
  }

  run<W extends Work>(work: W, transfer: readonly ArrayBuffer[] = []): Promise<Results[W['kind']]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, transfer, resolve: resolve as (result: never) => void, reject });
      this.#dispatch();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#workers.map(({ thread }) => thread.terminate()));
  }

  #toAll(message: ToWorker): void {
    for (const { thread } of this.#workers) thread.postMessage(message);
  }

  #dispatch(): void {
    if (this.#failure !== undefined) {
      for (const task of this.#waiting.splice(0)) task.reject(this.#failure);
      return;
    }
    while (this.#waiting.length > 0) {
      const worker = this.#workers.reduce((least, other) => (other.tasks.size < least.tasks.size ? other : least));
      if (worker.tasks.size >= tasksPerWorker) return;
      const task = this.#waiting.shift()!;
      const number = this.#nextTask++;
      worker.tasks.set(number, task);
      worker.thread.ref();
      worker.thread.postMessage({ kind: 'work', task: number, work: task.work } satisfies ToWorker, task.transfer);
    }
  }

  #heard(tasks: Map<number, Task>, message: FromWorker): void {
    if (message.kind === 'packFull') {
      this.#sessions.get(message.session)?.onPackFull();
      return;
    }
    if (message.kind === 'packClosed') {
      this.#sessions.get(message.session)?.onPackClosed(message.pack);
      return;
    }
    const task = tasks.get(message.task)!;
    tasks.delete(message.task);
    for (const worker of this.#workers) if (worker.tasks.size === 0) worker.thread.unref();
    if (message.kind === 'done') task.resolve(message.result as never);
    else task.reject(restoreError(message.code, message.message));
    this.#dispatch();
  }

  #fail(cause: unknown): void {
    this.#failure ??= vaultErrors.create('WORKER_FAILED', 'A worker thread of the pipeline ended unexpectedly.', { cause });
    for (const { tasks } of this.#workers) {
      for (const task of tasks.values()) task.reject(this.#failure);
      tasks.clear();
    }
    this.#dispatch();
  }
}

/** Errors lose their class on the way between threads; the code survives. */
function restoreError(code: string | undefined, message: string): Error {
  if (code !== undefined && code in vaultErrors.table) return vaultErrors.create(code as keyof typeof vaultErrors.table, message);
  return vaultErrors.create('WORKER_FAILED', `A worker thread failed: ${message}`);
}
