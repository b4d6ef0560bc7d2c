import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemRandom } from '@holdfast/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from '../../../../../tools/judges/judge.ts';
import { createVirtualDisk, openVirtualDisk, type VirtualDisk } from './index.ts';
import { isZero } from './zeros.ts';

// Three grain tables and a bit; no power of two, no whole number of blocks.
const capacity = 4 * 1024 * 1024 + 5 * 512;
const blockBytes = 64 * 1024;
const frozenMax = 7;

type Step =
  | { readonly kind: 'write' | 'image'; readonly offset: number; readonly length: number; readonly fill: number }
  | { readonly kind: 'unmap'; readonly offset: number; readonly length: number }
  | { readonly kind: 'freeze' | 'consolidate' | 'reopen' | 'stun' | 'hardStun' | 'export' }
  | { readonly kind: 'remove' | 'abandon' | 'revert'; readonly pick: number }
  | { readonly kind: 'track'; readonly wanted: boolean; readonly poweredOn: boolean };

const range = fc
  .record({ offset: fc.nat(capacity - 1), length: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 2_500_000 })), aligned: fc.boolean() })
  .map(({ offset, length, aligned }) => {
    const start = aligned ? offset - (offset % 512) : offset;
    return { offset: start, length: Math.min(aligned ? Math.ceil(length / 512) * 512 : length, capacity - start) };
  });
const fill = fc.integer({ min: 0, max: 255 });
const pick = fc.nat(99);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('write', 'image'), range, fill }).map(({ kind, range, fill }) => ({ kind, ...range, fill })) },
  { weight: 2, arbitrary: range.map((range) => ({ kind: 'unmap' as const, ...range })) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('freeze' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('remove', 'abandon', 'revert'), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('consolidate', 'reopen', 'stun', 'hardStun', 'export') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('track' as const), wanted: fc.boolean(), poweredOn: fc.boolean() }) },
);

/** One tracking from its beginning on: which blocks were written in each interval, first interval first. */
type Track = { readonly intervals: Set<number>[] };
interface ModelLayer {
  content: Buffer;
  track: Track | undefined;
  /** Of a frozen one: how many intervals belong to it. */
  sequence: number;
}

/** The disk as a naive reader of the documentation would keep it: whole copies and sets. */
class Model {
  live: ModelLayer = { content: Buffer.alloc(capacity), track: undefined, sequence: 0 };
  readonly frozen = new Map<string, ModelLayer>();
  wanted = false;

  write(offset: number, bytes: Uint8Array): void {
    this.live.content.set(bytes, offset);
    this.touch(offset, bytes.length);
  }

  touch(offset: number, length: number): void {
    const blocks = this.live.track?.intervals.at(-1);
    for (let block = Math.floor(offset / blockBytes); block * blockBytes < offset + length; block++) blocks?.add(block);
  }

  stun(): void {
    if (this.wanted && this.live.track === undefined) this.live.track = { intervals: [new Set()] };
    if (!this.wanted) this.live.track = undefined;
  }

  freeze(id: string): void {
    this.stun();
    this.frozen.set(id, { content: Buffer.from(this.live.content), track: this.live.track, sequence: this.live.track?.intervals.length ?? 0 });
    this.live.track?.intervals.push(new Set());
  }

  revert(id: string): void {
    this.live = { content: Buffer.from(this.frozen.get(id)!.content), track: undefined, sequence: 0 };
    this.stun();
  }
}

interface Bench {
  disk: VirtualDisk;
  readonly model: Model;
  readonly folder: string;
  /** Every change id that was ever seen on a frozen state, with what it meant. */
  readonly known: { readonly changeId: string; readonly state: ModelLayer }[];
}

async function apply(bench: Bench, step: Step): Promise<void> {
  const { model } = bench;
  const snapshots = [...model.frozen.keys()];
  switch (step.kind) {
    case 'write': {
      const bytes = pattern(step.length, step.fill);
      await bench.disk.write(step.offset, bytes);
      return model.write(step.offset, bytes);
    }
    case 'image': {
      const image = Buffer.from(model.live.content);
      image.set(pattern(step.length, step.fill), step.offset);
      const path = join(bench.folder, 'image.raw');
      await writeFile(path, image);
      const { written } = await bench.disk.writeImage(path);
      for (let page = 0; page < capacity; page += 4096) {
        const end = Math.min(page + 4096, capacity);
        if (image.compare(model.live.content, page, end, page, end) !== 0) model.touch(page, end - page);
      }
      model.live.content = image;
      expect(written).toBeLessThanOrEqual(step.length + 2 * 4096);
      return;
    }
    case 'unmap':
      await bench.disk.unmap(step.offset, step.length);
      return model.write(step.offset, Buffer.alloc(step.length));
    case 'freeze': {
      if (bench.disk.chain().length > frozenMax) return;
      const layer = await bench.disk.freeze();
      model.freeze(layer.id);
      expect(layer.changeId === undefined).toBe(model.frozen.get(layer.id)!.track === undefined);
      if (layer.changeId !== undefined) bench.known.push({ changeId: layer.changeId, state: model.frozen.get(layer.id)! });
      return;
    }
    case 'remove':
    case 'abandon': {
      const id = snapshots[step.pick % Math.max(1, snapshots.length)];
      if (id === undefined) return;
      await bench.disk.removeSnapshot(id, { leaveFiles: step.kind === 'abandon' });
      model.frozen.delete(id);
      model.stun();
      if (step.kind === 'abandon') expect(bench.disk.consolidationNeeded).toBe(true);
      return;
    }
    case 'revert': {
      const id = snapshots[step.pick % Math.max(1, snapshots.length)];
      if (id === undefined) return;
      await bench.disk.revert(id);
      return model.revert(id);
    }
    case 'consolidate':
      await bench.disk.consolidate();
      expect(bench.disk.consolidationNeeded).toBe(false);
      expect(bench.disk.layers().filter((layer) => layer.role === 'leftover')).toEqual([]);
      return model.stun();
    case 'reopen':
      await bench.disk.close();
      bench.disk = await openVirtualDisk({ folder: bench.folder, name: 'web01', random: systemRandom });
      return;
    case 'hardStun':
      await bench.disk.stun({ hard: true });
      model.live.track = undefined;
      return model.stun();
    case 'stun':
      await bench.disk.stun();
      return model.stun();
    case 'track':
      await bench.disk.setTracking(step.wanted, { poweredOn: step.poweredOn });
      model.wanted = step.wanted;
      if (!step.poweredOn) model.stun();
      return;
    case 'export': {
      const path = join(bench.folder, 'export.raw');
      await bench.disk.export(path);
      expect(await promisify(execFile)('cmp', [path, await dump(bench, model.live.content)])).toMatchObject({ stdout: '' });
    }
  }
}

async function check(bench: Bench): Promise<void> {
  const { disk, model } = bench;
  expect(disk.trackingActive).toBe(model.live.track !== undefined);
  for (const [id, state] of [...model.frozen, [disk.live.id, model.live] as const]) {
    const content = Buffer.alloc(capacity);
    await disk.read(0, content, id);
    expect(content.equals(state.content), `content of ${id}`).toBe(true);
    let end = 0;
    for await (const area of disk.areasInUse(id)) {
      expect(isZero(state.content.subarray(end, area.start))).toBe(true);
      end = area.start + area.length;
    }
    expect(isZero(state.content.subarray(end))).toBe(true);
  }
  for (const [id, state] of model.frozen) for (const earlier of bench.known) await checkChanges(bench, { id, state }, earlier);
}

async function checkChanges(bench: Bench, layer: { id: string; state: ModelLayer }, earlier: Bench['known'][number]): Promise<void> {
  const { disk } = bench;
  const answer = disk.changedAreas({ changeId: earlier.changeId, layer: layer.id });
  const reason =
    layer.state.track === undefined
      ? 'untracked'
      : layer.state.track !== earlier.state.track
        ? 'foreign'
        : layer.state.sequence < earlier.state.sequence
          ? 'future'
          : undefined;
  if (reason !== undefined) {
    await expect(answer).rejects.toMatchObject({ code: 'CHANGE_ID_REFUSED', subject: { reason } });
    return;
  }
  const { areas, length } = await answer;
  expect(length).toBe(capacity);
  const written = new Set(layer.state.track!.intervals.slice(earlier.state.sequence, layer.state.sequence).flatMap((interval) => [...interval]));
  const named = areas.flatMap((area) => Array.from({ length: Math.ceil(area.length / blockBytes) }, (_, index) => area.start / blockBytes + index));
  expect(named).toEqual([...written].sort((one, other) => one - other));
  for (let block = 0; block * blockBytes < capacity; block++) {
    const [from, to] = [block * blockBytes, Math.min((block + 1) * blockBytes, capacity)];
    if (!written.has(block)) expect(layer.state.content.compare(earlier.state.content, from, to, from, to)).toBe(0);
  }
}

async function withBench(steps: readonly Step[], last: (bench: Bench) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
  const disk = await createVirtualDisk({ folder, name: 'web01', capacity, random: systemRandom });
  const bench: Bench = { disk, model: new Model(), folder, known: [] };
  try {
    await apply(bench, { kind: 'track', wanted: true, poweredOn: false });
    for (const step of steps) await apply(bench, step);
    await last(bench);
  } finally {
    await bench.disk.close();
    await rm(folder, { recursive: true });
  }
}

test('whatever is written, frozen, removed, reverted and reopened, every state keeps its bytes and every change is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await withBench(steps, async (bench) => {
        await check(bench);
        for (const id of bench.model.frozen.keys()) {
          await bench.disk.removeSnapshot(id);
          bench.model.frozen.delete(id);
          bench.model.stun();
        }
        await bench.disk.consolidate();
        bench.model.stun();
        await check(bench);
        expect(bench.disk.layers().length).toBe(1);
        expect((await bench.disk.files()).map((file) => file.type).filter((type) => type === 'diskExtent').length).toBe(1);
      });
    }),
    { numRuns: 40 },
  );
});

test.skipIf(judge('qemu-img') === undefined)('qemu-img reads from the descriptors of every state what the guest wrote', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
      await withBench(steps, async (bench) => {
        for (const [id, state] of [...bench.model.frozen, [bench.disk.live.id, bench.model.live] as const]) {
          const descriptor = join(bench.folder, bench.disk.layer(id).fileName);
          const told = await promisify(execFile)(judge('qemu-img')!, ['compare', '-f', 'vmdk', '-F', 'raw', descriptor, await dump(bench, state.content)]);
          expect(told.stdout).toContain('Images are identical');
        }
      });
    }),
    { numRuns: 6 },
  );
});

async function dump(bench: Bench, content: Buffer): Promise<string> {
  const path = join(bench.folder, 'model.raw');
  await writeFile(path, content);
  return path;
}

/** Bytes that tell their place; `fill` 0 gives zeros. */
function pattern(length: number, fill: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (fill !== 0) for (let at = 0; at < length; at += 97) bytes.fill((fill + at) & 255, at, Math.min(at + 97, length));
  return bytes;
}
