import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { systemRandom } from '@holdfast/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from '../../../../../tools/judges/judge.ts';
import { createVirtualDisk, type DecodeStreamOptions, decodeStreamOptimized, encodeStreamOptimized, type StreamDiskReport, type VirtualDisk } from './index.ts';

const qemuImg = judge('qemu-img');
// Three grain tables; the last grain is not whole.
const capacity = 70 * 1024 * 1024 + 3 * 512;

interface Bench extends AsyncDisposable {
  readonly disk: VirtualDisk;
  readonly folder: string;
}

async function bench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-stream-'));
  const disk = await createVirtualDisk({ folder, name: 'db01', capacity, random: systemRandom });
  return {
    disk,
    folder,
    [Symbol.asyncDispose]: async () => {
      await disk.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function fill(disk: VirtualDisk): Promise<void> {
  await disk.write(100, Buffer.from('boot sector and what follows it'.repeat(4000)));
  await disk.freeze();
  await disk.write(31 * 1024 * 1024, systemRandom.bytes(3 * 1024 * 1024));
  await disk.write(capacity - 700, Buffer.alloc(700, 7));
}

async function decode(bytes: AsyncIterable<Uint8Array> | Uint8Array, options?: DecodeStreamOptions): Promise<{ content: Buffer; report: StreamDiskReport }> {
  const content = Buffer.alloc(capacity);
  const source = bytes instanceof Uint8Array ? chunks(bytes) : bytes;
  const report = await decodeStreamOptimized(source, { write: async (offset, part) => void content.set(part, offset) }, options);
  return { content, report };
}

/** What a change returns is the new stream when it is one; most change theirs in place. */
function cut(bytes: Buffer, changed: Buffer | number): Buffer {
  return Buffer.isBuffer(changed) ? changed : bytes;
}

async function* chunks(bytes: Uint8Array, length = 10_007): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function content(disk: VirtualDisk): Promise<Buffer> {
  const bytes = Buffer.alloc(capacity);
  await disk.read(0, bytes);
  return bytes;
}

test('what was encoded is decoded to the same bytes, without the zeros', async () => {
  await using one = await bench();
  await fill(one.disk);
  const stream = await buffer(Readable.from(encodeStreamOptimized(one.disk)));
  const { content: decoded, report } = await decode(stream);
  expect(decoded.equals(await content(one.disk))).toBe(true);
  expect(report).toMatchObject({ capacity, size: stream.length });
  expect(report.descriptor).toContain('createType="streamOptimized"');
  expect(report.populated).toBeLessThan(4 * 1024 * 1024);
});

test('an empty disk has a stream too', async () => {
  await using one = await bench();
  const { report } = await decode(encodeStreamOptimized(one.disk));
  expect(report).toMatchObject({ capacity, populated: 0 });
});

test.skipIf(qemuImg === undefined)('qemu-img reads our stream', async () => {
  await using one = await bench();
  await fill(one.disk);
  const [path, raw] = [join(one.folder, 'stream.vmdk'), join(one.folder, 'raw')];
  await pipeline(encodeStreamOptimized(one.disk), createWriteStream(path));
  await one.disk.export(raw);
  const told = await promisify(execFile)(qemuImg!, ['compare', '-f', 'vmdk', '-F', 'raw', path, raw]);
  expect(told.stdout).toContain('Images are identical');
});

test.skipIf(qemuImg === undefined)('we read the stream of qemu-img, which has its directory in front, when that is allowed', async () => {
  await using one = await bench();
  await fill(one.disk);
  const [path, raw] = [join(one.folder, 'stream.vmdk'), join(one.folder, 'raw')];
  await one.disk.export(raw);
  await promisify(execFile)(qemuImg!, ['convert', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', raw, path]);
  const { content: decoded } = await decode(createReadStream(path), { allowDirectoryInFront: true });
  expect(decoded.equals(await readFile(raw))).toBe(true);
  await expect(decode(createReadStream(path))).rejects.toMatchObject({ code: 'STREAM_DISK_DAMAGED' });
});

test('a stream that was cut anywhere is refused', async () => {
  await using one = await bench();
  await fill(one.disk);
  const stream = await buffer(Readable.from(encodeStreamOptimized(one.disk)));
  await fc.assert(
    fc.asyncProperty(fc.nat(stream.length - 1), async (length) => {
      await expect(decode(stream.subarray(0, length))).rejects.toMatchObject({ code: 'STREAM_DISK_DAMAGED' });
    }),
    { numRuns: 20, examples: [[0], [511], [512], [65536], [stream.length - 512], [stream.length - 1]] },
  );
});

test('a stream with a bit changed is refused, or its bytes are still right', async () => {
  await using one = await bench();
  await one.disk.write(0, Buffer.from('a little'.repeat(20_000)));
  const original = await content(one.disk);
  const stream = await buffer(Readable.from(encodeStreamOptimized(one.disk)));
  await fc.assert(
    fc.asyncProperty(fc.nat(stream.length - 1), fc.nat(7), async (at, bit) => {
      const changed = Buffer.from(stream);
      changed[at] = changed[at]! ^ (1 << bit);
      const result = await decode(changed).catch((error: unknown) => error as Error);
      if (result instanceof Error) expect(result).toMatchObject({ code: expect.stringMatching(/^STREAM_DISK_/) });
      else expect(result.content.equals(original)).toBe(true);
    }),
    {
      numRuns: 60,
      examples: [65536, 65544, 65548, 65600, stream.length - 500, stream.length - 1000, stream.length - 1540].map((at) => [at, 0] as [number, number]),
    },
  );
});

test('the rules that a careless writer breaks are told by name', async () => {
  await using one = await bench();
  await one.disk.write(0, Buffer.alloc(200_000, 'x'));
  const stream = await buffer(Readable.from(encodeStreamOptimized(one.disk)));
  const broken = async (change: (bytes: Buffer) => Buffer | number, message: RegExp): Promise<void> => {
    const copy = Buffer.from(stream);
    await expect(decode(cut(copy, change(copy)))).rejects.toThrow(message);
  };
  const footerAt = stream.length - 3 * 512;
  await broken((bytes) => Buffer.concat([bytes, Buffer.alloc(512)]), /follows the end-of-stream marker/);
  await broken((bytes) => bytes.subarray(0, -512), /was cut/);
  await broken((bytes) => Buffer.concat([bytes.subarray(0, footerAt), bytes.subarray(-512)]), /without a footer/);
  await broken((bytes) => bytes.writeBigUInt64LE(5n, footerAt + 512 + 56), /footer says that the grain directory is at sector 5/);
  await broken((bytes) => bytes.writeBigUInt64LE(128n, 65536), /grain/);
  await broken((bytes) => bytes.writeUInt32LE(1, 4), /version is 1/);
  await broken((bytes) => bytes.write('\r', 73), /text transfer/);
  await broken((bytes) => bytes.writeUInt32LE(9, footerAt + 12), /unknown kind 9/);
});

test('a sink that fails stops the stream, and its error is the one that is told', async () => {
  await using one = await bench();
  await fill(one.disk);
  let ended = false;
  const source = (async function* () {
    try {
      yield* encodeStreamOptimized(one.disk);
    } finally {
      ended = true;
    }
  })();
  const full = { write: async () => await Promise.reject(new Error('no space')) };
  await expect(decodeStreamOptimized(source, full)).rejects.toThrow('no space');
  expect(ended).toBe(true);
});

test('a stream is imported into a new disk and exported again', async () => {
  await using one = await bench();
  await fill(one.disk);
  let imported: VirtualDisk | undefined;
  await decodeStreamOptimized(encodeStreamOptimized(one.disk, one.disk.layers()[0]!.id), {
    begin: async (info) => {
      imported = await createVirtualDisk({ folder: one.folder, name: 'copy', capacity: info.capacity, random: systemRandom });
    },
    write: async (offset, bytes) => await imported!.write(offset, bytes),
  });
  const frozen = Buffer.alloc(capacity);
  await one.disk.read(0, frozen, one.disk.layers()[0]!.id);
  expect((await content(imported!)).equals(frozen)).toBe(true);
  await imported!.close();
});
