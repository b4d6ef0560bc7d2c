import type { Clock } from '@holdfast/kit';
import { type ManagedObject, type MoRef, moRef, type World } from '../inventory/world.ts';
import { VimFault, vimFault } from '../soap/vim-fault.ts';

export type TaskState = 'queued' | 'running' | 'success' | 'error';

/** A piece of work that a `…_Task` method started. */
export interface Task extends ManagedObject {
  /** The method that started it: `CreateSnapshot_Task`. */
  readonly method: string;
  readonly descriptionId: string;
  readonly entity: MoRef | undefined;
  readonly entityName: string | undefined;
  readonly userName: string;
  readonly queueTimeMs: number;
  readonly eventChainId: number;
  readonly cancelable: boolean;
  state: TaskState;
  cancelled: boolean;
  progress: number | undefined;
  startTimeMs: number | undefined;
  completeTimeMs: number | undefined;
  result: unknown;
  error: VimFault | undefined;
  /** Resolves when the task has ended, well or badly; never rejects. */
  done: Promise<void>;
}

export interface TaskOrder {
  readonly method: string;
  /** As vCenter names it: `VirtualMachine.createSnapshot`. */
  readonly descriptionId: string;
  readonly entity?: MoRef;
  readonly entityName?: string;
  readonly userName: string;
  readonly cancelable?: boolean;
  /** The work. Its return value becomes `info.result`; what it throws becomes `info.error`. */
  work(control: TaskControl): Promise<unknown>;
  /** Called once, whether or not the work was begun, just before the end can be seen. */
  ended?(): void;
}

export interface TaskControl {
  progress(percent: number): void;
  /** @throws RequestCanceled once somebody called CancelTask. */
  checkCancelled(): void;
}

export interface TaskRules {
  readonly clock: Clock;
  readonly world: World;
  /** How long a task stays queued, and then how long it runs at least. */
  readonly taskMs: number;
  /** Ended tasks are forgotten after this. */
  readonly keepMs: number;
  nextEventChainId(): number;
}

const recentTasksMax = 20;

/** Runs tasks and remembers them. */
export class Tasks {
  readonly #rules: TaskRules;
  readonly #all: Task[] = [];

  constructor(rules: TaskRules) {
    this.#rules = rules;
  }

  start(order: TaskOrder): Task {
    const { clock, world } = this.#rules;
    const ref = moRef('Task', world.nextId('task'));
    const task: Task = {
      ref,
      method: order.method,
      descriptionId: order.descriptionId,
      entity: order.entity,
      entityName: order.entityName,
      userName: order.userName,
      queueTimeMs: clock.now(),
      eventChainId: this.#rules.nextEventChainId(),
      cancelable: order.cancelable ?? false,
      state: 'queued',
      cancelled: false,
      progress: undefined,
      startTimeMs: undefined,
      completeTimeMs: undefined,
      result: undefined,
      error: undefined,
      done: Promise.resolve(),
      properties: { info: () => taskInfo(task) },
    };
    world.add(task);
    this.#forgetOld();
    this.#all.push(task);
    task.done = this.#run(task, order);
    return task;
  }

  /** Ended tasks of the last minutes and running ones, newest last. */
  recent(entity?: MoRef): MoRef[] {
    this.#forgetOld();
    const matching = this.#all.filter((task) => entity === undefined || task.entity?.value === entity.value);
    return matching.slice(-recentTasksMax).map((task) => task.ref);
  }

  /** Waits until nothing runs any more. */
  async drain(): Promise<void> {
    await Promise.all(this.#all.map((task) => task.done));
  }

  async #run(task: Task, order: TaskOrder): Promise<void> {
    const { clock, world, taskMs } = this.#rules;
    await clock.sleep(taskMs / 4);
    const checkCancelled = (): void => {
      if (task.cancelled) throw vimFault('RequestCanceled', 'The task was canceled by a user.');
    };
    let outcome: 'success' | 'error' = 'success';
    try {
      checkCancelled();
      task.state = 'running';
      task.startTimeMs = clock.now();
      task.progress = 0;
      world.touch();
      await clock.sleep(taskMs / 2);
      task.result = await order.work({
        checkCancelled,
        progress: (percent) => {
          task.progress = Math.max(task.progress ?? 0, Math.min(99, Math.floor(percent)));
          world.touch();
        },
      });
      await clock.sleep(taskMs / 4);
    } catch (error) {
      task.error = error instanceof VimFault ? error : vimFault('SystemError', `A general system error occurred: ${String(error)}`, { reason: String(error) });
      outcome = 'error';
    }
    order.ended?.();
    task.progress = undefined;
    task.state = outcome;
    task.completeTimeMs = clock.now();
    world.touch();
  }

  #forgetOld(): void {
    const before = this.#rules.clock.now() - this.#rules.keepMs;
    for (const task of this.#all.filter((one) => one.completeTimeMs !== undefined && one.completeTimeMs < before)) {
      this.#all.splice(this.#all.indexOf(task), 1);
      this.#rules.world.remove(task.ref);
    }
  }
}

export function taskInfo(task: Task): Record<string, unknown> {
  return {
    $type: 'TaskInfo',
    key: task.ref.value,
    task: task.ref,
    name: task.method,
    descriptionId: task.descriptionId,
    entity: task.entity,
    entityName: task.entityName,
    state: task.state,
    cancelled: task.cancelled,
    cancelable: task.cancelable && (task.state === 'queued' || task.state === 'running'),
    error: task.error && { $type: 'LocalizedMethodFault', fault: task.error.fault, localizedMessage: task.error.message },
    result: task.result,
    progress: task.state === 'running' ? task.progress : undefined,
    reason: { $type: 'TaskReasonUser', userName: task.userName },
    queueTime: new Date(task.queueTimeMs),
    startTime: task.startTimeMs === undefined ? undefined : new Date(task.startTimeMs),
    completeTime: task.completeTimeMs === undefined ? undefined : new Date(task.completeTimeMs),
    eventChainId: task.eventChainId,
  };
}
