import { createHmac } from 'node:crypto';
import type { ObjectStore } from '@holdfast/store';
import { collect } from '../../src/collect/collect.ts';
import { fence } from '../../src/collect/fence.ts';
import { rewriteWith } from '../../src/collect/rewrite.ts';
import { committedSegments, forEachSegment } from '../../src/index/known-chunks.ts';
import { encodeSegment, rowBytes, writeRow } from '../../src/index/segment.ts';
import { deriveKeys } from '../../src/keys/derive.ts';
import type { DiskMapReference, NodeReference, RecoveryPoint } from '../../src/model.ts';
import { packKey } from '../../src/pack/layout.ts';
import { type FinishedPack, MetaPackWriter } from '../../src/pack/meta-pack.ts';
import { pointKeyOf, sealManifest } from '../../src/point/manifest.ts';
import { deletePoint, undeletePoint } from '../../src/point/soft-delete.ts';
import { sealObject } from '../../src/sealed-object.ts';
import { commitManifest } from '../../src/session/commit.ts';
import { startLease } from '../../src/session/lease.ts';
import { putOnce } from '../../src/session/put-once.ts';
import { readSessionView } from '../../src/session/session-view.ts';
import { encodeLeaf, type LeafEntry } from '../../src/tree/node.ts';
import type { VaultEnvironment } from '../../src/vault.ts';
import { type Scheduler, stepMs } from './scheduler.ts';

/** What the code of sessions must do that no store can be made to get wrong; one switched off must lose a point. */
export interface WriterRules {
  readonly registersFirst: boolean;
  readonly obeysRecords: boolean;
  readonly asksWhetherBaseIsKnown: boolean;
  readonly decidesBeforeLeaving: boolean;
  /** how many new chunks lie in one pack */
  readonly chunksPerPack: number;
}

export const keys = deriveKeys(Buffer.alloc(32, 1), 'ab'.repeat(16));
const vmId = '11'.repeat(16);
const chunks = ['a', 'b', 'c', 'd'].map((name) => Buffer.alloc(4096, name));
const segmentPages = 4096;
/** A session that stalls for twice as many steps is given up. */
const leaseMs = 60 * stepMs;

export function environmentOf(scheduler: Scheduler, host: string): VaultEnvironment {
  const now = () => scheduler.steps * stepMs;
  const sleep = (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => Math.floor(scheduler.random() * 256)));
  return { clock: { now, elapsed: now, sleep }, random: { bytes, fraction: scheduler.random }, host, version: '0', leaseMs };
}

export interface Actor {
  readonly scheduler: Scheduler;
  readonly store: ObjectStore;
  readonly who: string;
}

/** One backup of one small disk, of the same parts and in the same order as `beginBackupSession`, without its threads. */
export async function backUpOnce({ scheduler, store, who }: Actor, rules: WriterRules): Promise<void> {
  const environment = environmentOf(scheduler, who);
  const { random } = scheduler;
  const id = Buffer.from(environment.random.bytes(16)).toString('hex');
  const look = async () => {
    const view = await readSessionView(store, keys, vmId);
    const known = new Map<string, { pack: string; slot: number; offset: number; length: number }>();
    await forEachSegment(store, keys, await committedSegments(store), (segment) => {
      for (const row of segment.rows()) {
        const pack = segment.packs[row.pack]!.id;
        if (!rules.obeysRecords || !view.records.packs.has(pack))
          known.set(row.id.toString('hex'), { pack, slot: row.slot, offset: row.offset, length: row.length });
      }
    });
    return { view, known };
  };
  const early = rules.registersFirst ? undefined : await look();
  const lease = await startLease(store, keys, environment, id, { kind: 'backup', vmId });
  let commit: 'not begun' | 'under way' | 'decided' = 'not begun';
  try {
    const { view, known } = early ?? (await look());
    const base = rules.asksWhetherBaseIsKnown ? view.base : view.points.at(-1);
    const written: RecoveryPoint['introduced']['packs'][number][] = [];
    const segments: string[] = [];
    let map: DiskMapReference;
    if (base !== undefined && random() < 0.5) map = base.disks[0]!.map;
    else {
      const indexed: Parameters<typeof encodeSegment>[0][number][] = [];
      const rows: Buffer[] = [];
      const put = async ({ kind, packId: pack, bytes, sha256, slots }: FinishedPack, row: Buffer) => {
        await putOnce(store, packKey(kind, pack), bytes);
        written.push({ id: pack, size: bytes.length, sha256 });
        indexed.push({ id: pack, size: bytes.length, sha256, kind, slots });
        rows.push(row);
      };
      const finished: FinishedPack[] = [];
      const data = new MetaPackWriter(keys, environment.random, (pack) => finished.push(pack), 'data');
      const fresh: NodeReference[] = [];
      const entries: LeafEntry[] = [];
      for (const chunk of chunks.filter(() => random() < 0.6)) {
        const id = createHmac('sha256', keys.chunkId).update(chunk).digest('hex');
        const place = known.get(id);
        if (place === undefined && fresh.push(data.add(chunk)) % rules.chunksPerPack === 0) data.finish();
        entries.push({ pages: 1, chunk: place === undefined ? fresh.at(-1)! : { id, ...place } });
      }
      data.finish();
      for (const pack of finished.splice(0)) {
        const own = fresh.filter((chunk) => chunk.pack === pack.packId);
        const row = Buffer.alloc(rowBytes * own.length);
        for (const [index, { id, ...place }] of own.entries()) writeRow(row, index, { id: Buffer.from(id, 'hex'), ...place, plainLength: 4096 });
        await put(pack, row);
      }
      entries.push({ pages: segmentPages - entries.length });
      const meta = new MetaPackWriter(keys, environment.random, (pack) => finished.push(pack));
      const root = meta.add(encodeLeaf(entries));
      meta.finish();
      for (const pack of finished) await put(pack, Buffer.alloc(0));
      map = { capacity: segmentPages * 4096, height: 0, root };
      const key = `index/${id}-0`;
      segments.push(key);
      await putOnce(store, key, sealObject(keys, { kind: 'HFINDEX1', key, sessionId: id }, encodeSegment(indexed, rows), environment.random));
    }
    const point = pointOf(vmId, id, (view.points.at(-1)?.sequence ?? 0) + 1, map, { segments, packs: written });
    commit = 'under way';
    await commitManifest(store, pointKeyOf(vmId, id), sealManifest(keys, point, environment.random)).catch((error: { code?: string }) => {
      if (error.code === 'VAULT_FENCED') commit = 'decided';
      throw error;
    });
    commit = 'decided';
  } finally {
    const decided =
      commit !== 'under way' ||
      !rules.decidesBeforeLeaving ||
      (await fence({ store, keys, environment }, { id, vmId }, 'no answer').then(
        () => true,
        () => false,
      ));
    await lease[decided ? 'end' : 'leave']();
  }
}

function pointOf(vmId: string, sessionId: string, sequence: number, map: DiskMapReference, introduced: RecoveryPoint['introduced']): RecoveryPoint {
  const statistics = { read: 0, zero: 0, reused: 0, fresh: 0, stored: 0, incompressible: 0, chunksRead: 0, chunksFresh: 0 };
  const disk = { key: 2000, label: '', capacity: map.capacity, identity: {}, map, mode: 'full' as const, transport: { mode: 'memory' }, statistics };
  return {
    ...{ id: `${vmId}/${sessionId}`, vmId, sessionId, sequence, committedAt: '', takenAt: '', vm: { name: vmId, vcenter: 'vc', instanceUuid: vmId } },
    ...{ consistency: { asked: 'crash', got: 'crash' }, disks: [disk], excluded: [], configuration: {}, files: {}, introduced },
    writer: { product: 'holdfast', version: '0', host: 'test' },
  };
}

/** One run, as soon as there is something new to be collected, or somebody fewer to wait for. */
export async function collectOnce({ scheduler, store, who }: Actor): Promise<void> {
  const situation = () => [...scheduler.store.objects.keys()].filter((key) => /^(deleted|sessions|points)\//.test(key)).join();
  const before = situation();
  await scheduler.idle(() => situation() !== before);
  await collect({ store, keys, environment: environmentOf(scheduler, who) }, { apply: true });
}

/** Copies what is needed of packs of which something isn't. */
export async function rewriteOnce({ scheduler, store, who }: Actor): Promise<void> {
  const deletions = () => [...scheduler.store.objects.keys()].filter((key) => key.startsWith('deleted/')).length;
  const before = deletions();
  await scheduler.idle(() => deletions() > before);
  await rewriteWith({ store, keys, environment: environmentOf(scheduler, who) }, { apply: true, below: 1, packBytes: 64 * 1024 });
}

/** Deletes a point, once there is one more than before, or brings one back. */
export async function retainOnce({ scheduler, store, who }: Actor): Promise<void> {
  const context = { store, keys, environment: environmentOf(scheduler, who) };
  const { random } = scheduler;
  const { objects } = scheduler.store;
  const idsUnder = (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  const inUse = () => idsUnder('points/').filter((id) => !objects.has(`deleted/${id}`));
  const patience = Math.floor(random() * 3);
  await scheduler.idle(() => inUse().length > patience);
  const bringBack = random() < 0.3;
  const choice = bringBack ? idsUnder('deleted/') : inUse();
  const id = choice[Math.floor(random() * choice.length)];
  if (id !== undefined) await (bringBack ? undeletePoint(context, id) : deletePoint(context, id, 'test'));
}
