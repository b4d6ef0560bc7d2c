import { Semaphore } from '@holdfast/kit';
import { diskErrors } from '../errors.ts';
import { isZero } from '../zeros.ts';
import { compressor } from './compressor.ts';
import { type AdapterType, streamOptimizedDescriptor } from './descriptor.ts';
import {
  encodeMarker,
  encodeOverhead,
  encodeSparseHeader,
  grainBytes,
  grainMarkerBytes,
  grainsPerTable,
  markerTypes,
  sectorBytes,
  tableCoverageBytes,
} from './layout.ts';
import { type Emit, OutputBlocks } from './output-blocks.ts';

/** Grains being compressed or waiting for their turn: up to 4 MiB in memory. */
const grainsInFlightMax = 32;
const sectorsMax = 2 ** 32;

export interface StreamOptimizedOptions {
  /** For messages. */
  readonly disk: string;
  /** bytes */
  readonly capacity: number;
  /** 32 bits that tell this content from any other. */
  readonly contentId: number;
  readonly level: number;
  readonly adapterType?: AdapterType;
  readonly emit: Emit;
}

/**
 * Turns ascending writes into a stream-optimised VMDK: compressed grains of 64 KiB, each grain table behind its grains,
 * directory and footer at the end. Grains of zeros are left out. Compression runs on several threads, the order is kept.
 *
 * Calls must follow one another; `write` returns when the bytes have been taken over, and waits when too many grains are in flight.
 */
export class StreamOptimizedWriter {
  readonly #disk: string;
  readonly #capacity: number;
  readonly #output: OutputBlocks;
  readonly #compress: (grain: Uint8Array) => Promise<Uint8Array>;
  readonly #slots = new Semaphore(grainsInFlightMax);
  readonly #spareGrains: Uint8Array[] = [];
  readonly #directory: Uint32Array;
  readonly #table = new Uint32Array(grainsPerTable);
  readonly #marker = new Uint8Array(grainMarkerBytes);
  readonly #markerView = new DataView(this.#marker.buffer);
  /** The grain that writes are filling, when they don't cover it at once. */
  #partial: { readonly index: number; readonly bytes: Uint8Array } | undefined;
  #tableIndex = -1;
  /** Settles when every grain handed over so far is in the output. */
  #tail: Promise<void>;
  #failure: { readonly error: unknown } | undefined;

  constructor({ disk, capacity, contentId, level, adapterType = 'lsilogic', emit }: StreamOptimizedOptions) {
    this.#disk = disk;
    this.#capacity = capacity;
    this.#output = new OutputBlocks(emit);
    this.#compress = compressor(level);
    this.#directory = new Uint32Array(Math.ceil(capacity / tableCoverageBytes));
    this.#tail = this.#inOrder(Promise.resolve(), () =>
      this.#output.add(encodeOverhead(capacity, streamOptimizedDescriptor(capacity, contentId, adapterType))),
    );
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const index = Math.floor((offset + done) / grainBytes);
      const inGrain = (offset + done) % grainBytes;
      const part = bytes.subarray(done, done + grainBytes - inGrain);
      done += part.length;
      if (this.#partial !== undefined && this.#partial.index !== index) await this.#submitPartial();
      if (part.length === grainBytes) {
        if (!isZero(part)) await this.#submit(index, this.#copyOf(part));
      } else {
        this.#partial ??= { index, bytes: this.#spareGrain().fill(0) };
        this.#partial.bytes.set(part, inGrain);
      }
    }
  }

  /** Grain tables, directory, footer and end. */
  async finish(): Promise<void> {
    await this.#submitPartial();
    await this.#tail;
    this.#throwFailure();
    await this.#endTable();
    const directoryBytes = new Uint8Array(Math.ceil(this.#directory.byteLength / sectorBytes) * sectorBytes);
    directoryBytes.set(littleEndian(this.#directory));
    await this.#output.add(encodeMarker(markerTypes.grainDirectory, directoryBytes.length / sectorBytes));
    const directorySector = this.#sector();
    await this.#output.add(directoryBytes);
    await this.#output.add(encodeMarker(markerTypes.footer, 1));
    await this.#output.add(encodeSparseHeader(this.#capacity, directorySector));
    await this.#output.add(encodeMarker(markerTypes.endOfStream, 0));
    await this.#output.flush();
  }

  /** Everything that can leave has left: all but a grain that isn't full yet, and its table. */
  async flush(): Promise<void> {
    await this.#tail;
    this.#throwFailure();
    await this.#output.flush();
  }

  /** Settles when nothing is being compressed any more, however that ended. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  async #submitPartial(): Promise<void> {
    const partial = this.#partial;
    this.#partial = undefined;
    if (partial === undefined) return;
    if (isZero(partial.bytes)) this.#spareGrains.push(partial.bytes);
    else await this.#submit(partial.index, partial.bytes);
  }

  async #submit(index: number, grain: Uint8Array): Promise<void> {
    const slot = await this.#slots.acquire();
    if (this.#failure !== undefined) {
      slot[Symbol.dispose]();
      this.#throwFailure();
    }
    const compressed = this.#compress(grain);
    this.#tail = this.#inOrder(compressed, async () => {
      this.#spareGrains.push(grain);
      await this.#addGrain(index, await compressed);
    }).finally(() => slot[Symbol.dispose]());
  }

  /** Runs `work` when everything before it is in the output and `ready` has settled; a failure is kept for the next call. */
  async #inOrder(ready: Promise<unknown>, work: () => Promise<void>): Promise<void> {
    const before = this.#tail;
    try {
      await ready;
      await before;
      if (this.#failure === undefined) await work();
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #addGrain(index: number, data: Uint8Array): Promise<void> {
    const tableIndex = Math.floor(index / grainsPerTable);
    if (tableIndex !== this.#tableIndex) {
      await this.#endTable();
      this.#tableIndex = tableIndex;
    }
    this.#table[index % grainsPerTable] = this.#sector();
    this.#markerView.setBigUint64(0, BigInt(index * (grainBytes / sectorBytes)), true);
    this.#markerView.setUint32(8, data.length, true);
    await this.#output.add(this.#marker);
    await this.#output.add(data);
    const tail = (grainMarkerBytes + data.length) % sectorBytes;
    if (tail > 0) await this.#output.add(padding.subarray(tail));
  }

  async #endTable(): Promise<void> {
    if (this.#tableIndex < 0) return;
    await this.#output.add(encodeMarker(markerTypes.grainTable, this.#table.byteLength / sectorBytes));
    this.#directory[this.#tableIndex] = this.#sector();
    await this.#output.add(littleEndian(this.#table));
    this.#table.fill(0);
    this.#tableIndex = -1;
  }

  #sector(): number {
    const sector = this.#output.position / sectorBytes;
    if (sector >= sectorsMax) throw diskErrors.create('DISK_TOO_LARGE', `${this.#disk} takes more than the 2 TiB a compressed VMDK can hold`);
    return sector;
  }

  #copyOf(part: Uint8Array): Uint8Array {
    const grain = this.#spareGrain();
    grain.set(part);
    return grain;
  }

  #spareGrain(): Uint8Array {
    return this.#spareGrains.pop() ?? new Uint8Array(grainBytes);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

const padding = new Uint8Array(sectorBytes);

function littleEndian(numbers: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => {
    view.setUint32(index * 4, number, true);
  });
  return bytes;
}
