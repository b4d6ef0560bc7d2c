import { Semaphore } from '@holdfast/kit';
import type { DiskSink } from '../disk.ts';
import { guardedSink } from '../guarded-sink.ts';
import { zeros } from '../zeros.ts';
import { type FileSinkOptions, PartialFile } from './partial-file.ts';
import { clusterBytes, countsPerBlock, encodeHeader, entryBytes, setOffset, setPointer, tableCoverageBytes } from './qcow2-layout.ts';
import { Qcow2Tables } from './qcow2-tables.ts';

interface Run {
  readonly position: number;
  readonly from: number;
  length: number;
}

/**
 * A qcow2 image (version 3): as large as what was written, clusters in the order of writing.
 *
 * The header comes last, so that a half-written file is no qcow2 at all.
 *
 * @throws `DISK_TARGET_EXISTS`, `DISK_TARGET_FULL`, `DISK_TARGET_FAILED`
 */
export async function qcow2Sink(path: string, options: FileSinkOptions): Promise<DiskSink> {
  const file = await PartialFile.create(path, options);
  const image = new Qcow2Image(file, options.capacity);
  return guardedSink(path, options.capacity, {
    order: 'any',
    transport: 'file:qcow2',
    write: (offset, bytes) => image.write(offset, bytes),
    zero: (offset, length) => image.zero(offset, length),
    flush: () => file.sync(),
    finish: async () => {
      await image.seal();
      await file.finish();
    },
    discard: () => file.discard(),
  });
}

class Qcow2Image {
  readonly #file: PartialFile;
  readonly #capacity: number;
  readonly #tables: Qcow2Tables;
  // Clusters are handed out by one writer at a time; their bytes are written side by side.
  readonly #mapping = new Semaphore(1);
  // Cluster 0 is the header's. A new cluster lies behind all others and so reads as zeros until it is written.
  #clusters = 1;

  constructor(file: PartialFile, capacity: number) {
    this.#file = file;
    this.#capacity = Math.ceil(capacity / 512) * 512;
    this.#tables = new Qcow2Tables(this.#capacity, file, () => this.#allocate(1));
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const runs = await this.#mapping.run(() => this.#runs(offset, bytes.length, (cluster) => this.#tables.claim(cluster)));
    for (const { position, from, length } of runs) await this.#file.write(position, bytes.subarray(from, from + length));
  }

  async zero(offset: number, length: number): Promise<void> {
    const end = offset + length;
    for (let at = offset; at < end; ) {
      const next = Math.min(end, (Math.floor(at / tableCoverageBytes) + 1) * tableCoverageBytes);
      if (this.#tables.l1[Math.floor(at / tableCoverageBytes)] !== 0) await this.#zeroMapped(at, next - at);
      at = next;
    }
  }

  async #zeroMapped(offset: number, length: number): Promise<void> {
    const runs = await this.#mapping.run(() => this.#runs(offset, length, (cluster) => this.#tables.lookUp(cluster)));
    for (const run of runs) {
      for (let done = 0; done < run.length; done += zeros.length)
        await this.#file.write(run.position + done, zeros.subarray(0, Math.min(zeros.length, run.length - done)));
    }
  }

  /** Tables, counts, header: in this order. */
  async seal(): Promise<void> {
    await this.#tables.flush();
    const l1Entries = this.#tables.l1.length;
    const l1 = new Uint8Array(Math.ceil((l1Entries * entryBytes) / clusterBytes) * clusterBytes);
    const view = new DataView(l1.buffer);
    this.#tables.l1.forEach((offset, entry) => {
      if (offset !== 0) setPointer(view, entry, offset);
    });
    const l1Offset = this.#allocate(l1.length / clusterBytes);
    await this.#file.write(l1Offset, l1);
    const counts = await this.#writeCounts();
    await this.#file.resize(this.#clusters * clusterBytes);
    await this.#file.sync();
    await this.#file.write(0, encodeHeader({ capacity: this.#capacity, l1Entries, l1Offset, ...counts }));
  }

  /** Every cluster of the file is used once: the counts say so for the data, the tables and for themselves. */
  async #writeCounts(): Promise<{ refcountTableOffset: number; refcountTableClusters: number }> {
    const used = this.#clusters;
    let blocks = 0;
    let tableClusters = 0;
    // The counts need counting too: settles after a few rounds.
    for (let before = -1; before !== blocks + tableClusters; ) {
      before = blocks + tableClusters;
      blocks = Math.ceil((used + before) / countsPerBlock);
      tableClusters = Math.ceil((blocks * entryBytes) / clusterBytes);
    }
    const refcountTableOffset = this.#allocate(tableClusters);
    const firstBlock = this.#allocate(blocks);
    const table = new Uint8Array(tableClusters * clusterBytes);
    const view = new DataView(table.buffer);
    for (let block = 0; block < blocks; block++) setOffset(view, block * entryBytes, firstBlock + block * clusterBytes);
    await this.#file.write(refcountTableOffset, table);

    const ones = new Uint8Array(clusterBytes);
    for (let at = 1; at < clusterBytes; at += 2) ones[at] = 1;
    for (let block = 0; block < blocks; block++) {
      const counted = Math.min(countsPerBlock, this.#clusters - block * countsPerBlock);
      await this.#file.write(firstBlock + block * clusterBytes, ones.subarray(0, counted * 2));
    }
    return { refcountTableOffset, refcountTableClusters: tableClusters };
  }

  /** Where the bytes of a range lie in the file; neighbours in the file are joined, clusters that aren't there are left out. */
  async #runs(offset: number, length: number, find: (cluster: number) => Promise<number>): Promise<Run[]> {
    const runs: Run[] = [];
    for (let done = 0; done < length; ) {
      const inCluster = (offset + done) % clusterBytes;
      const part = Math.min(length - done, clusterBytes - inCluster);
      const start = await find(Math.floor((offset + done) / clusterBytes));
      const last = runs.at(-1);
      if (start !== 0) {
        if (last !== undefined && last.position + last.length === start + inCluster) last.length += part;
        else runs.push({ position: start + inCluster, from: done, length: part });
      }
      done += part;
    }
    return runs;
  }

  #allocate(clusters: number): number {
    const offset = this.#clusters * clusterBytes;
    this.#clusters += clusters;
    return offset;
  }
}
