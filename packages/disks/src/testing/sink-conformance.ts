import { open, readdir, rm, stat } from 'node:fs/promises';
import { GiB, KiB, MiB } from '@holdfast/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiskSink } from '../disk.ts';
import { qemuImg, runQemuImg } from './qemu-img.ts';
import { scratchFolder } from './scratch-folder.ts';

/** A sink to be judged, and the file its disk will be in. */
export interface SinkUnderTest {
  readonly sink: DiskSink;
  /** Where the whole disk is after `close`. */
  readonly path: string;
  /** Ends what the sink wrote to, a server for instance. */
  end?(): Promise<void>;
}

export interface SinkKind {
  readonly name: string;
  readonly format: 'raw' | 'qcow2' | 'vmdk';
  readonly order: DiskSink['order'];
  create(folder: string, capacity: number): Promise<SinkUnderTest>;
}

interface Step {
  readonly kind: 'write' | 'zero';
  readonly offset: number;
  readonly length: number;
  /** fills the bytes written; 0 writes zeros */
  readonly seed: number;
}

/** What every sink owes its callers. Contents are compared by qemu-img with a plain file that was written the same way. */
export function sinkConformance(kind: SinkKind): void {
  const judged = kind.format !== 'raw';

  describe.skipIf(judged && qemuImg === undefined)(`${kind.name}, read back${judged ? ' by qemu-img' : ''}`, () => {
    const writesBack = async (capacity: number, steps: readonly Step[]): Promise<void> => {
      await using folder = await scratchFolder();
      const model = await open(folder.file('model.raw'), 'w');
      await model.truncate(capacity);
      const { sink, path, end } = await kind.create(folder.path, capacity);
      try {
        for (const step of steps) {
          const bytes = pattern(step);
          await model.write(bytes, 0, bytes.length, step.offset);
          if (step.kind === 'zero') await sink.zero(step.offset, step.length);
          else await sink.write(step.offset, bytes);
          // The bytes are the caller's again.
          bytes.fill(0xee);
        }
        await sink.flush();
        await sink.close();
      } finally {
        await sink.abort(new Error('the test ended'));
        await end?.();
        await model.close();
      }
      await expectEqual(folder.file('model.raw'), path, kind.format);
      expect((await readdir(folder.path)).filter((name) => name.endsWith('.partial'))).toEqual([]);
      await rm(path);
    };

    test('whatever is written in any allowed way is there, and zeros everywhere else', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(plan(kind.order), ({ capacity, steps }) => writesBack(capacity, steps)),
        { numRuns: 40 },
      );
    });

    test('a disk that is never written reads as zeros', () => writesBack(3 * MiB + 512, []));

    test('a disk zeroed from end to end reads as zeros', () => writesBack(MiB, [{ kind: 'zero', offset: 0, length: MiB, seed: 0 }]));

    test('a disk of one sector is kept', () => writesBack(512, [{ kind: 'write', offset: 0, length: 512, seed: 3 }]));

    test('bytes far apart on a large disk are where they belong, up to its last sector', async () => {
      const capacity = 3 * GiB + 512;
      const offsets = [0, 32 * MiB - 1024, 33 * MiB, 512 * MiB - 512, 2 * GiB - 65536, 3 * GiB];
      const steps = offsets.map((offset, index): Step => ({ kind: 'write', offset, length: Math.min(70 * KiB, capacity - offset), seed: index + 1 }));
      await writesBack(capacity, steps);
    });

    if (kind.order === 'any')
      test('several writers at once don’t disturb each other', async () => {
        await using folder = await scratchFolder();
        const { sink, path, end } = await kind.create(folder.path, 8 * MiB);
        const model = Buffer.alloc(8 * MiB);
        const parts = Array.from(
          { length: 160 },
          (_, index): Step => ({ kind: 'write', offset: ((index * 37) % 160) * 52_000, length: 51_000, seed: index + 1 }),
        );
        await Promise.all(
          parts.map(async (step) => {
            const bytes = pattern(step);
            model.set(bytes, step.offset);
            await sink.write(step.offset, bytes);
          }),
        );
        await sink.close();
        await end?.();
        const file = await open(folder.file('model.raw'), 'w');
        await file.write(model);
        await file.close();
        await expectEqual(folder.file('model.raw'), path, kind.format);
      });
  });

  describe(kind.name, () => {
    const withSink = async (capacity: number, work: (sink: DiskSink) => Promise<void>): Promise<string[]> => {
      await using folder = await scratchFolder();
      const { sink, end } = await kind.create(folder.path, capacity);
      try {
        await work(sink);
      } finally {
        await sink.abort(new Error('the test ended'));
        await end?.();
      }
      return await readdir(folder.path);
    };

    test('a disk that is given up leaves nothing behind', async () => {
      const left = await withSink(4 * MiB, async (sink) => {
        await sink.write(0, pattern({ kind: 'write', offset: 0, length: 3 * MiB, seed: 1 }));
        await sink.abort(new Error('changed our mind'));
        await expect(sink.write(3 * MiB, new Uint8Array(512))).rejects.toMatchObject({ code: 'DISK_ABANDONED' });
        await sink.close();
      });
      expect(left).toEqual([]);
    });

    test('giving up a finished disk does nothing', async () => {
      const left = await withSink(MiB, async (sink) => {
        await sink.close();
        await sink.abort(new Error('too late'));
      });
      expect(left).toHaveLength(1);
    });

    test('nothing is written outside of the disk', async () => {
      await withSink(MiB, async (sink) => {
        await expect(sink.write(MiB - 512, new Uint8Array(1024))).rejects.toMatchObject({ code: 'DISK_MISUSED' });
        await expect(sink.zero(-512, 512)).rejects.toMatchObject({ code: 'DISK_MISUSED' });
      });
    });

    if (kind.order === 'ascending')
      test('writing backwards is refused', async () => {
        await withSink(MiB, async (sink) => {
          await sink.write(65536, new Uint8Array(512).fill(1));
          await expect(sink.write(0, new Uint8Array(512))).rejects.toMatchObject({ code: 'DISK_MISUSED' });
          await expect(sink.zero(65536, 512)).rejects.toMatchObject({ code: 'DISK_MISUSED' });
        });
      });
  });
}

async function expectEqual(model: string, path: string, format: SinkKind['format']): Promise<void> {
  if (format !== 'raw') await runQemuImg('check', '-f', format, path);
  if (qemuImg !== undefined) await runQemuImg('compare', '-f', 'raw', '-F', format, model, path);
  if (format === 'raw') expect((await stat(path)).size).toBe((await stat(model)).size);
  if (qemuImg === undefined) await expectSameBytes(model, path);
}

/** For raw images where there is no qemu-img. */
async function expectSameBytes(model: string, path: string): Promise<void> {
  await using expected = await open(model);
  await using actual = await open(path);
  const { size } = await expected.stat();
  const [one, other] = [Buffer.alloc(4 * MiB), Buffer.alloc(4 * MiB)];
  for (let at = 0; at < size; at += one.length) {
    await expected.read(one, 0, one.length, at);
    await actual.read(other, 0, other.length, at);
    if (!one.equals(other)) throw new Error(`the disks differ within 4 MiB after ${at}`);
  }
}

/** Bytes that compress a little and are different at every place. */
function pattern({ kind, length, offset, seed }: Step): Uint8Array {
  const bytes = new Uint8Array(length);
  if (kind === 'zero' || seed === 0) return bytes;
  let state = (seed * 2654435761 + offset) >>> 0 || 1;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = (state >>> 8) & (seed % 2 === 0 ? 0x0f : 0xff);
  }
  return bytes;
}

/** Disks of up to 3 MiB with any number of sectors; steps on sectors, or on grains, or long; in the order the sink allows. */
function plan(order: DiskSink['order']): fc.Arbitrary<{ capacity: number; steps: Step[] }> {
  return fc.integer({ min: 1, max: 6 * 1024 }).chain((sectors) => {
    const range = fc
      .tuple(fc.nat(sectors - 1), fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1500 })), fc.boolean())
      .map(([start, length, onGrain]) => {
        const from = onGrain ? start - (start % 128) : start;
        return { offset: from * 512, length: Math.min(length, sectors - from) * 512 };
      });
    const step = fc
      .tuple(range, fc.constantFrom('write' as const, 'write' as const, 'zero' as const), fc.nat(6))
      .map(([extent, kind, seed]): Step => ({ ...extent, kind, seed }));
    return fc.array(step, { maxLength: 24 }).map((steps) => ({ capacity: sectors * 512, steps: order === 'any' ? steps : ascending(steps) }));
  });
}

function ascending(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  let end = 0;
  for (const step of [...steps].sort((a, b) => a.offset - b.offset)) {
    const offset = Math.max(end, step.offset);
    const length = step.offset + step.length - offset;
    if (length <= 0) continue;
    result.push({ ...step, offset, length });
    end = offset + length;
  }
  return result;
}
