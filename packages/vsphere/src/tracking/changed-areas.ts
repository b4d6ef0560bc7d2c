import type { Vcenter } from '../client/vcenter.ts';
import type { MoRef } from '../wire/index.ts';

export interface ChangedAreasQuestion {
  readonly vm: MoRef;
  readonly snapshot: MoRef;
  readonly deviceKey: number;
  /** From an earlier point of the same disk; `*` for all that is in use. */
  readonly changeId: string;
  /** bytes */
  readonly capacity: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Areas of the disk at the snapshot that changed since `changeId`, in bytes: ascending, not overlapping, not touching, within the capacity.
 * @throws `VSPHERE_CHANGES_UNKNOWN` when the server can't tell, or what it tells doesn't add up
 */
export async function* changedAreas(_vcenter: Vcenter, _question: ChangedAreasQuestion): AsyncGenerator<{ readonly offset: number; readonly length: number }> {
  yield* [];
  throw new Error('being built');
}
