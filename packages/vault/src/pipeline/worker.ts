import { createSecretKey, type KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { HoldfastError } from '@holdfast/kit';
import { findKnown } from '../index/known-runs.ts';
import { openSlots } from '../restore/open-slots.ts';
import type { FromWorker, Results, SharedWithWorkers, ToWorker, Work, WorkerSetup } from './messages.ts';
import { closeOpenPack, type SealContext, sealSegment } from './seal-segment.ts';

/** A worker thread: owns processor time and nothing else. All bytes lie in shared buffers or come with the task. */
const setup = workerData as WorkerSetup;
const port = parentPort!;
const packBuffers = setup.packBuffers.map((shared) => Buffer.from(shared));
const segmentBuffers = setup.segmentBuffers.map((shared) => Buffer.from(shared));
const sessions = new Map<string, SealContext>();
const send = (message: FromWorker) => port.postMessage(message);

const chunkIdKey = createSecretKey(setup.chunkIdKey);

// Slots come pack after pack: remembering one key is enough.
let keyOfPack: { readonly packId: string; readonly key: KeyObject } | undefined;
function cipherKey({ packId, key }: { readonly packId: string; readonly key: Uint8Array }): KeyObject {
  if (keyOfPack?.packId !== packId) keyOfPack = { packId, key: createSecretKey(key) };
  key.fill(0); // a copy of ours: the object holds it now
  return keyOfPack.key;
}

function join(session: string, { control, table, runs }: SharedWithWorkers): void {
  sessions.set(session, {
    ...setup,
    chunkIdKey,
    packBuffers,
    control: { words: control },
    table: { words: table },
    known: (id) => (runs === undefined ? undefined : findKnown(runs, id)),
    cipherKey,
    onPackFull: () => send({ kind: 'packFull', session }),
    onPackClosed: (pack) => send({ kind: 'packClosed', session, pack }),
  });
}

function carryOut(work: Work): Results[keyof Results] {
  switch (work.kind) {
    case 'seal':
      return sealSegment(sessions.get(work.session)!, segmentBuffers[work.buffer]!, work.ranges);
    case 'close':
      closeOpenPack(sessions.get(work.session)!);
      return undefined;
    case 'open': {
      const fetched = Buffer.from(work.fetched.buffer, work.fetched.byteOffset, work.fetched.byteLength);
      return openSlots(fetched, work.wishes, segmentBuffers[work.window]!, cipherKey({ packId: work.packId, key: work.packKey }), chunkIdKey);
    }
  }
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'join') return join(message.session, message);
  if (message.kind === 'leave') return void sessions.delete(message.session);
  try {
    send({ kind: 'done', task: message.task, result: carryOut(message.work) });
  } catch (error) {
    const known = error instanceof HoldfastError;
    send({
      kind: 'failed',
      task: message.task,
      code: known ? error.code : undefined,
      message: known ? error.message : String((error as Error)?.stack ?? error),
    });
  }
});
