import { fence } from '../collect/fence.ts';
import { vaultErrors } from '../errors.ts';
import { beginLocks } from '../locks/session-locks.ts';
import type { FileReference, PointDraft, PointLock, RecoveryPoint } from '../model.ts';
import { fileWriter } from '../mover/wrapped-files.ts';
import type { OpenVault } from '../open-vault.ts';
import { MetaPackWriter } from '../pack/meta-pack.ts';
import { abortShared, newSharedControl } from '../pipeline/shared-control.ts';
import { pointKeyOf, sealManifest } from '../point/manifest.ts';
import { highestDeletedSequence } from '../point/soft-delete.ts';
import type { NodeStore } from '../tree/map-writer.ts';
import { nodeId, readNodes } from '../tree/node-reader.ts';
import type { BackupSession, WriteDiskOptions } from '../vault.ts';
import { commitManifest } from './commit.ts';
import { readKnownChunks, type SessionKnowledge } from './known-chunks.ts';
import { PackFlow } from './pack-flow.ts';
import { registerWriter, writerOf } from './register-writer.ts';
import { readSessionView } from './session-view.ts';
import { writeDisk } from './write-disk.ts';

export interface SessionOptions {
  readonly vmId: string;
  readonly expectedBytes: number;
  /** in a vault with immutability: other than the vault's own */
  readonly immutableDays?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  onEnd(): void;
}

/** Begins a writer's stay, in the order that docs/vault-format.md §9 demands: presence first, then condemned records, then index and base. */
export async function beginBackupSession(vault: OpenVault, options: SessionOptions): Promise<BackupSession> {
  const { store, keys, environment, pool, buffers } = vault;
  const { vmId } = options;
  const id = Buffer.from(environment.random.bytes(16)).toString('hex');
  const lease = await registerWriter({ store, keys, environment }, id, { kind: 'backup', vmId });
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const control = newSharedControl();
  let known: SessionKnowledge | undefined;
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    stop.abort(error);
    abortShared(control);
  };
  if (options.signal?.aborted) fail(options.signal.reason);
  options.signal?.addEventListener('abort', () => fail(options.signal!.reason), { once: true, signal: stop.signal });

  try {
    const view = await readSessionView(store, keys, vmId);
    const { points, base } = view;
    const { immutability } = vault.description;
    const days = options.immutableDays ?? immutability?.days;
    const locks = immutability && (await beginLocks({ store, keys, environment, immutability: { ...immutability, days: days! }, sessionId: id, base }));
    known = await readKnownChunks(vault, control, { absent: view.records.packs, expectedBytes: options.expectedBytes, signal });
    const { table, runs } = known;
    const sequence = Math.max(points.at(-1)?.sequence ?? 0, await highestDeletedSequence(vault, vmId)) + 1;
    const flow = new PackFlow(
      { store, keys, random: environment.random, sessionId: id, vmId, buffers: buffers.packs, control, signal, retention: locks?.retention, onFailure: fail },
      known,
    );
    const meta = new MetaPackWriter(keys, environment.random, (pack) => flow.sendSmall(pack));
    const files = fileWriter(keys, environment.random, meta, (pack) => flow.sendSmall(pack));
    const nodes: NodeStore = {
      read: (references) => readNodes(store, keys, references, signal),
      add: (plain) => meta.add(plain),
      idOf: (plain) => nodeId(keys, plain),
    };
    const running = new Set<Promise<unknown>>();
    let ended: Promise<void> | undefined;
    let commit: 'not begun' | 'under way' | 'decided' = 'not begun';
    pool.join(id, { control: control.words, table: table.words, runs }, { onPackFull: () => flow.openNext(), onPackClosed: (pack) => flow.sendData(pack) });
    flow.openNext();

    const check = () => {
      if (failure !== undefined) throw failure;
      if (ended !== undefined) throw vaultErrors.create('SESSION_ENDED', 'The session was ended before.');
    };
    const write = async (disk: WriteDiskOptions) => {
      check();
      locks?.growsFrom(disk.base);
      const both = disk.signal === undefined ? signal : AbortSignal.any([signal, disk.signal]);
      try {
        return await writeDisk(
          {
            nodes,
            segmentBytes: vault.description.chunker.segmentBytes,
            buffers: buffers.segments,
            seal: (buffer, ranges) => pool.run({ kind: 'seal', session: id, buffer, ranges }),
            packIdOf: (ordinal) => {
              const pack = flow.packIdOf(ordinal);
              locks?.uses(pack);
              return pack;
            },
            clock: environment.clock,
          },
          { ...disk, signal: both },
        );
      } catch (error) {
        throw failure ?? error;
      }
    };
    // A commit without an answer may still arrive. Our own fence decides it; where that can't be put, collection must find us.
    const isDecided = async () => {
      if (commit !== 'under way') return true;
      return fence(vault, { id, vmId }, 'its commit got no answer').then(
        () => true,
        () => false,
      );
    };
    const end = async () => {
      fail(vaultErrors.create('SESSION_ENDED', 'The session was ended.'));
      await Promise.allSettled(running);
      await flow.dispose();
      pool.leave(id);
      known?.[Symbol.dispose]();
      options.onEnd();
      await lease[(await isDecided()) ? 'end' : 'leave']();
    };

    return {
      id,
      vmId,
      base,
      baseRefused: base === undefined && points.length > 0 ? (view.notices[0] ?? 'a collection that isn’t over knows none of the VM’s points') : undefined,
      notices: [...view.notices, ...known.notices],
      writeDisk: (disk) => {
        const work = write(disk);
        const tracked: Promise<unknown> = work.catch(() => {}).finally(() => running.delete(tracked));
        running.add(tracked);
        return work;
      },
      writeFile: async (bytes): Promise<FileReference> => {
        check();
        return files.add(bytes);
      },
      commit: async (given) => {
        check();
        await pool.run({ kind: 'close', session: id });
        const draft = files.keep(given);
        files.finish();
        meta.finish();
        await flow.settle();
        check();
        const maps = draft.disks.map(({ map }) => map);
        const lock = await locks?.secure({ id: `${vmId}/${id}`, vm: draft.vm.name, maps, packs: flow.packs }, signal);
        check();
        const point = newPoint(vault, draft, { id, vmId, base, sequence, flow, lock });
        commit = 'under way';
        try {
          await commitManifest(store, pointKeyOf(vmId, id), sealManifest(keys, point, environment.random), locks?.retention);
        } catch (error) {
          if (vaultErrors.is(error, 'VAULT_FENCED')) commit = 'decided';
          throw error;
        }
        commit = 'decided';
        return point;
      },
      end: () => {
        ended ??= end();
        return ended;
      },
    };
  } catch (error) {
    fail(error);
    known?.[Symbol.dispose]();
    options.onEnd();
    await lease.end().catch(() => {}); // the first error tells more; an orphaned session object only delays collection
    throw error;
  }
}

function newPoint(
  { environment }: OpenVault,
  draft: PointDraft,
  session: { id: string; vmId: string; base: RecoveryPoint | undefined; sequence: number; flow: PackFlow; lock: PointLock | undefined },
): RecoveryPoint {
  return {
    ...draft,
    id: `${session.vmId}/${session.id}`,
    vmId: session.vmId,
    sessionId: session.id,
    sequence: session.sequence,
    ...(session.base === undefined ? {} : { base: session.base.id }),
    committedAt: new Date(environment.clock.now()).toISOString(),
    writer: writerOf(environment),
    ...(session.lock !== undefined && { lock: session.lock }),
    introduced: { segments: session.flow.segments, packs: session.flow.packs.map(({ id, size, sha256 }) => ({ id, size, sha256 })) },
  };
}
