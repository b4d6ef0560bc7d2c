import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { segmentKeyOf } from '../src/index/index-names.ts';
import { findKnown } from '../src/index/known-runs.ts';
import { type IndexView, LocalIndex } from '../src/index/local-index.ts';
import { repairKeyOf } from '../src/index/repair-name.ts';
import { encodeSegment, rowBytes, writeRow } from '../src/index/segment.ts';
import { deriveKeys } from '../src/keys/derive.ts';
import { pointKeyOf } from '../src/point/manifest.ts';
import { sealObject } from '../src/sealed-object.ts';

const keys = deriveKeys(Buffer.alloc(32, 9), 'cd'.repeat(16));
const environment = { clock: systemClock, random: systemRandom, host: 'test', version: '0' };

export const hex = (name: string, bytes = 16) =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, bytes * 2);
const chunkId = (name: string | number) => createHash('sha256').update(`chunk ${name}`).digest();
export const newIndex = (store: ObjectStore, cacheFolder: string) => new LocalIndex(cacheFolder, { store, keys, environment });

export async function scratchFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-index-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface SegmentOptions {
  readonly kind?: 'segment' | 'repaired';
  /** as writers of the first revisions named them */
  readonly namesVm?: boolean;
}

/** Puts the index segment of a session, which has one pack with these chunks. Its slots tell which chunk is where. */
export async function putSegment(
  store: ObjectStore,
  session: string,
  pack: string,
  chunks: readonly (string | number)[],
  options: SegmentOptions = {},
): Promise<string> {
  const rows = Buffer.alloc(chunks.length * rowBytes);
  chunks.forEach((chunk, slot) => {
    writeRow(rows, slot, { id: chunkId(chunk), slot, offset: 128 + slot * 100, length: 100, plainLength: 4096 });
  });
  const sessionId = hex(session);
  const key = options.kind === 'repaired' ? repairKeyOf(sessionId) : options.namesVm === false ? `index/${sessionId}-0` : segmentKeyOf(sessionId, 0, hex('vm'));
  const content = encodeSegment([{ id: hex(pack), size: 1000, sha256: hex(pack, 32), kind: 'data', slots: chunks.length }], [rows]);
  await store.put(key, sealObject(keys, { kind: 'HFINDEX1', key, sessionId }, content, systemRandom));
  return key;
}

/** What stands under the session's point key, of which the index looks at the beginning alone. */
export async function decide(store: ObjectStore, session: string, how: 'committed' | 'fenced'): Promise<void> {
  await store.put(pointKeyOf(hex('vm'), hex(session)), Buffer.from(how === 'committed' ? 'HFPOINT1…' : 'HFFENCE1…'));
}

/** Where a session finds a chunk, as a thread looks it up. */
export function placeOf(view: IndexView, chunk: string | number): { pack: string; slot: number } | undefined {
  const found = findKnown(view, chunkId(chunk));
  return found && { pack: view.packIdOf(found.ordinal), slot: found.slot };
}
