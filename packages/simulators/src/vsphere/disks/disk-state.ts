import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './atomic-file.ts';
import { storageErrors } from './errors.ts';
import type { Tracking } from './tracking-map.ts';
import type { AdapterType, LayerId } from './virtual-disk.ts';

export interface LayerState {
  readonly id: LayerId;
  /** Which files are its: 0 the base, n the delta `-00000n`. */
  readonly number: number;
  readonly parent: LayerId | undefined;
  /** A snapshot names it. */
  readonly named: boolean;
  /** No snapshot names it, and its files wait for `consolidate`. */
  readonly left: boolean;
  readonly cid: number;
  readonly tracking: Tracking | undefined;
}

/** All that isn't bytes of the disk: small, replaced whole. Its replacement is the commit point of everything that changes the tree of layers. */
export interface DiskState {
  readonly version: 1;
  readonly name: string;
  readonly capacity: number;
  readonly uuid: string;
  readonly adapterType: AdapterType;
  readonly thin: boolean;
  readonly trackingBlockBytes: number;
  readonly trackingWanted: boolean;
  readonly nextLayer: number;
  readonly live: LayerId;
  /** Parents before children. */
  readonly layers: readonly LayerState[];
}

export function statePath(folder: string, name: string): string {
  return join(folder, `.${name}.disk.json`);
}

export async function saveState(folder: string, state: DiskState): Promise<void> {
  await replaceFile(statePath(folder, state.name), `${JSON.stringify(state, undefined, 1)}\n`);
}

/** @throws `DISK_ABSENT`, `DISK_DAMAGED` */
export async function loadState(folder: string, name: string): Promise<DiskState> {
  const path = statePath(folder, name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw storageErrors.create('DISK_ABSENT', `there is no disk ${name} in ${folder}`, { subject: { disk: name }, cause: error });
  }
  try {
    const state = JSON.parse(text) as DiskState;
    const sound = state.version === 1 && state.name === name && Number.isSafeInteger(state.capacity) && state.layers.some((layer) => layer.id === state.live);
    if (!sound) throw new Error('a field is missing or wrong');
    return state;
  } catch (error) {
    throw storageErrors.create('DISK_DAMAGED', `${path} can't be read: ${(error as Error).message}`, { subject: { disk: name }, cause: error });
  }
}
