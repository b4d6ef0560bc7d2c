import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { type InflateRaw, inflate, type ZlibOptions } from 'node:zlib';
import { ByteQueue } from './byte-queue.ts';
import { storageErrors } from './errors.ts';
import { GrainDirectory } from './grain-directory.ts';
import type { DecodeStreamOptions, StreamDiskReport, StreamDiskSink } from './stream-disk.ts';
import { decodeHeader, directoryAtEnd, grainBytes, markerKinds, type StreamHeader, streamSectorBytes, tableBytes } from './stream-format.ts';
import { isZero } from './zeros.ts';

const descriptorBytesMax = 64 * 1024;
/** Header, directories and tables of a stream that has them in front: 8 MiB serve a disk of 64 GiB. */
const frontBytesMax = 64 * 1024 * 1024;
/** A grain that deflate made larger; more than this is no grain. */
const compressedBytesMax: number = grainBytes + 4096;
/** Grains that are being inflated while the stream goes on: 1 MiB. */
const inflatingMax = 8;

const inflateGrain = promisify(inflate) as unknown as (bytes: Buffer, options: ZlibOptions) => Promise<{ buffer: Buffer; engine: InflateRaw }>;

/**
 * Reads a stream-optimised VMDK to its end and hands every grain to `sink`, ascending. Strict: grains ascend, every grain table
 * says exactly where its grains were, the directory where its tables were, the footer where the directory was, and the end-of-stream
 * marker is the last thing. Memory: a few grains, and 2 KiB for each 32 MiB of disk whose table has not come yet.
 *
 * @throws `STREAM_DISK_DAMAGED`, `STREAM_DISK_TOO_LARGE`; whatever the source or the sink throw
 */
export async function decodeStreamOptimized(
  source: AsyncIterable<Uint8Array>,
  sink: StreamDiskSink,
  options: DecodeStreamOptions = {},
): Promise<StreamDiskReport> {
  const queue = new ByteQueue(source);
  try {
    return await new StreamReading(queue, sink, options).run();
  } catch (error) {
    await queue.stop().catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

/** One stream on its way through. */
class StreamReading {
  readonly #queue: ByteQueue;
  readonly #sink: StreamDiskSink;
  readonly #options: DecodeStreamOptions;
  #directory!: GrainDirectory;
  #capacity = 0;
  #populated = 0;
  /** Grains in order, inflating; the sink gets them one after the other. */
  readonly #inflating: { readonly sector: number; readonly content: Promise<Buffer> }[] = [];

  constructor(queue: ByteQueue, sink: StreamDiskSink, options: DecodeStreamOptions) {
    this.#queue = queue;
    this.#sink = sink;
    this.#options = options;
  }

  async run(): Promise<StreamDiskReport> {
    const first = await this.#exactly(streamSectorBytes, 'the header');
    const header = this.#header(first, 'the header');
    const inFront = header.directoryOffset !== directoryAtEnd;
    if (inFront && this.#options.allowDirectoryInFront !== true)
      throw this.#damaged('its grain directory is in front of the grains: a stream has it at the end');
    this.#capacity = header.capacity * streamSectorBytes;
    this.#directory = new GrainDirectory(header.capacity);
    const descriptor = await this.#front(header, inFront);
    await this.#sink.begin?.({ capacity: this.#capacity, descriptor });
    try {
      await this.#markers(header, inFront);
      while (this.#inflating.length > 0) await this.#deliver();
    } finally {
      await Promise.allSettled(this.#inflating.map((grain) => grain.content));
    }
    return { capacity: this.#capacity, descriptor, populated: this.#populated, size: this.#queue.position };
  }

  /** Everything between the header and the first marker; returns the descriptor. */
  async #front(header: StreamHeader, inFront: boolean): Promise<string> {
    const bytes = (header.overhead - 1) * streamSectorBytes;
    const from = (header.descriptorOffset - 1) * streamSectorBytes;
    const length = header.descriptorSize * streamSectorBytes;
    if (bytes > frontBytesMax)
      throw storageErrors.create('STREAM_DISK_TOO_LARGE', `what precedes the grains takes ${bytes} bytes; ${frontBytesMax} are the most`);
    if (header.descriptorOffset < 1 || from + length > bytes || length > descriptorBytesMax || length === 0)
      throw this.#damaged('its descriptor does not lie between header and grains');
    const front = await this.#exactly(bytes, 'the descriptor');
    if (inFront) {
      const problem = this.#directory.expect(front, Number(header.directoryOffset));
      if (problem !== undefined) throw this.#damaged(problem);
    }
    const padded = front.subarray(from, from + length);
    const end = padded.indexOf(0);
    const descriptor = padded.toString('utf8', 0, end < 0 ? length : end);
    if (end >= 0 && !isZero(padded.subarray(end))) throw this.#damaged('something follows the end of its descriptor');
    const extent = /^RW (\d+) SPARSE "/m.exec(descriptor);
    if (!/^createType="streamOptimized"$/m.test(descriptor) || extent === null) throw this.#damaged('its descriptor is not that of a stream-optimised disk');
    if (Number(extent[1]) !== header.capacity) throw this.#damaged(`its descriptor says ${extent[1]} sectors, its header ${header.capacity}`);
    return descriptor;
  }

  async #markers(header: StreamHeader, inFront: boolean): Promise<void> {
    for (;;) {
      const at = this.#queue.position / streamSectorBytes;
      const sector = await this.#queue.take(streamSectorBytes);
      if (sector.length === 0 && inFront) return this.#finish(undefined);
      if (sector.length < streamSectorBytes && !inFront) throw this.#cut(`a marker at sector ${at}`);
      if (sector.length < 16) throw this.#cut(`a marker at sector ${at}`);
      const size = sector.readUInt32LE(8);
      if (size > 0) {
        await this.#grain(at, sector, size, inFront);
        continue;
      }
      const kind = sector.length < 16 ? -1 : sector.readUInt32LE(12);
      const sectors = Number(sector.readBigUInt64LE(0));
      if (!isZero(sector.subarray(16))) throw this.#damaged(`the marker at sector ${at} is followed by something in its own sector`);
      if (kind === markerKinds.table) await this.#table(at, sectors);
      else if (kind === markerKinds.directory) await this.#readDirectory(at, sectors);
      else if (kind === markerKinds.footer) await this.#footer(at, sectors, header);
      else if (kind === markerKinds.endOfStream) return await this.#end(at, sectors, inFront);
      else throw this.#damaged(`the marker at sector ${at} is of unknown kind ${kind}`);
    }
  }

  async #grain(at: number, sector: Buffer, size: number, mayEndShort: boolean): Promise<void> {
    const first = Number(sector.readBigUInt64LE(0));
    if (size > compressedBytesMax) throw this.#damaged(`the grain at sector ${at} claims ${size} bytes; a grain has at most ${compressedBytesMax}`);
    const problem = this.#directory.grainAt(first, at);
    if (problem !== undefined) throw this.#damaged(problem);
    const padded = Math.ceil((12 + size) / streamSectorBytes) * streamSectorBytes;
    const rest = await this.#queue.take(padded - streamSectorBytes);
    const whole = rest.length === 0 ? sector : Buffer.concat([sector, rest]);
    if (whole.length < 12 + size || (whole.length < padded && !mayEndShort)) throw this.#cut(`the grain at sector ${at}`);
    if (!isZero(whole.subarray(12 + size))) throw this.#damaged(`the grain at sector ${at} is not padded with zeros`);
    this.#inflating.push({ sector: first, content: this.#inflate(whole.subarray(12, 12 + size), at) });
    if (this.#inflating.length >= inflatingMax) await this.#deliver();
  }

  #inflate(bytes: Buffer, at: number): Promise<Buffer> {
    const content = inflateGrain(bytes, { maxOutputLength: grainBytes, info: true }).then(
      ({ buffer, engine }) => {
        if (engine.bytesWritten !== bytes.length) throw this.#damaged(`the grain at sector ${at} ends before its marker says`);
        return buffer;
      },
      (cause: unknown) => {
        throw storageErrors.create('STREAM_DISK_DAMAGED', `the grain at sector ${at} of the stream can't be inflated: ${(cause as Error).message}`, { cause });
      },
    );
    content.catch(() => undefined); // it is awaited when its turn comes
    return content;
  }

  async #deliver(): Promise<void> {
    const { sector, content } = this.#inflating.shift()!;
    const grain = await content;
    const offset = sector * streamSectorBytes;
    const wanted = Math.min(grainBytes, this.#capacity - offset);
    if (grain.length !== grainBytes && grain.length !== wanted) throw this.#damaged(`the grain of disk sector ${sector} has ${grain.length} bytes`);
    if (!isZero(grain.subarray(wanted))) throw this.#damaged('its last grain holds something behind the end of the disk');
    await this.#sink.write(offset, grain.subarray(0, wanted));
    this.#populated += wanted;
  }

  async #table(at: number, sectors: number): Promise<void> {
    if (sectors !== tableBytes / streamSectorBytes) throw this.#damaged(`the grain table at sector ${at} has ${sectors} sectors`);
    const problem = this.#directory.tableAt(at + 1, await this.#exactly(tableBytes, `the grain table at sector ${at}`));
    if (problem !== undefined) throw this.#damaged(problem);
  }

  async #readDirectory(at: number, sectors: number): Promise<void> {
    if (sectors !== this.#directory.sectors) throw this.#damaged(`the grain directory at sector ${at} has ${sectors} sectors, not ${this.#directory.sectors}`);
    const problem = this.#directory.directoryAt(at + 1, await this.#exactly(sectors * streamSectorBytes, 'the grain directory'));
    if (problem !== undefined) throw this.#damaged(problem);
  }

  async #footer(at: number, sectors: number, header: StreamHeader): Promise<void> {
    if (sectors !== 1) throw this.#damaged(`the footer at sector ${at} has ${sectors} sectors`);
    const footer = this.#header(await this.#exactly(streamSectorBytes, 'the footer'), 'the footer');
    if (footer.capacity !== header.capacity) throw this.#damaged('header and footer tell different capacities');
    const problem = this.#directory.footer(footer.directoryOffset);
    if (problem !== undefined) throw this.#damaged(problem);
  }

  async #end(at: number, sectors: number, inFront: boolean): Promise<void> {
    if (sectors !== 0) throw this.#damaged(`the end-of-stream marker at sector ${at} announces ${sectors} sectors`);
    this.#finish(inFront ? undefined : at);
    // Writers of files with the directory in front round the file up with zeros.
    const rest = await this.#queue.take(inFront ? grainBytes : 1);
    if (!isZero(rest) || rest.length > (inFront ? grainBytes - 1 : 0)) throw this.#damaged(`something follows the end-of-stream marker at sector ${at}`);
  }

  /** @param end sector of the end-of-stream marker; `undefined` when directory and tables were in front */
  #finish(end: number | undefined): void {
    const problem = this.#directory.finish(end !== undefined);
    if (problem !== undefined) throw this.#damaged(problem);
  }

  #header(bytes: Buffer, what: string): StreamHeader {
    const header = decodeHeader(bytes);
    if (typeof header === 'string') throw this.#damaged(`${what} is wrong: ${header}`);
    return header;
  }

  async #exactly(length: number, what: string): Promise<Buffer> {
    const bytes = await this.#queue.take(length);
    if (bytes.length < length) throw this.#cut(what);
    return bytes;
  }

  #cut(what: string): Error {
    return this.#damaged(`it was cut at byte ${this.#queue.position}, inside ${what}`);
  }

  #damaged(why: string): Error {
    return storageErrors.create('STREAM_DISK_DAMAGED', `this is no whole stream-optimised disk: ${why}`, { subject: { position: this.#queue.position } });
  }
}
