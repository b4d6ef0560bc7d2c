import type { Vcenter } from '../client/vcenter.ts';
import type { MoRef } from '../wire/index.ts';

export interface TaskOptions {
  /** Aborting cancels the task on the server, as far as it can be cancelled. */
  readonly signal?: AbortSignal | undefined;
  /** 0 to 100 */
  readonly onProgress?: ((percent: number) => void) | undefined;
}

/**
 * Waits until a task has ended and returns its result.
 * @throws what went wrong, as `vsphereErrors`; `VSPHERE_CANCELLED` when it was cancelled
 */
export async function waitTask(_vcenter: Vcenter, _task: MoRef, _options?: TaskOptions): Promise<unknown> {
  throw new Error('being built');
}

/** Calls a method that starts a task and waits for it. */
export async function runTask(
  _vcenter: Vcenter,
  _method: string,
  _target: MoRef,
  _parameters?: Record<string, unknown>,
  _options?: TaskOptions,
): Promise<unknown> {
  throw new Error('being built');
}
