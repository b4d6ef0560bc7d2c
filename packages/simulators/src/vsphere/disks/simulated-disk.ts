import { open, readdir, rm, stat } from 'node:fs/promises';
import { blockAreas } from './block-areas.ts';
import { formatChangeId } from './change-id.ts';
import { blocksInUse, changedAreas } from './changed-areas.ts';
import type { DiskCore } from './disk-core.ts';
import { type LayerState, statePath } from './disk-state.ts';
import { storageErrors } from './errors.ts';
import { readAny, unmapLive, writeLive } from './guest-writes.ts';
import { writeImage } from './image-writes.ts';
import { extendBase, freezeLive, revertTo, tidy } from './layer-changes.ts';
import { layerOfFile, usedFileName } from './layer-files.ts';
import { chainOf, layerState, replaceLayer, roleOf } from './layer-tree.ts';
import { Turns } from './turns.ts';
import type { AdapterType, Area, ChangedAreas, ChangedAreasQuery, DiskFile, Layer, LayerId, TrackingLies, VirtualDisk, WriteReport } from './virtual-disk.ts';
import { isZero } from './zeros.ts';

const copyBytesMax = 1024 * 1024;

/** Gives every call its turn and checks what it was handed; the work is done in the files beside this one. */
export class SimulatedDisk implements VirtualDisk {
  readonly folder: string;
  readonly name: string;
  readonly #core: DiskCore;
  readonly #turns = new Turns();
  #lies: TrackingLies | undefined;
  #closed = false;

  constructor(core: DiskCore) {
    this.#core = core;
    this.folder = core.folder;
    this.name = core.state.name;
  }

  get capacity(): number {
    return this.#core.state.capacity;
  }
  get uuid(): string {
    return this.#core.state.uuid;
  }
  get adapterType(): AdapterType {
    return this.#core.state.adapterType;
  }
  get thin(): boolean {
    return this.#core.state.thin;
  }
  get trackingBlockBytes(): number {
    return this.#core.state.trackingBlockBytes;
  }
  get live(): Layer {
    return this.layer(this.#core.state.live);
  }
  get trackingWanted(): boolean {
    return this.#core.state.trackingWanted;
  }
  get trackingActive(): boolean {
    return this.#core.tracking !== undefined;
  }
  get consolidationNeeded(): boolean {
    return this.#core.state.layers.some((layer) => layer.left);
  }

  layers(): readonly Layer[] {
    return this.#core.state.layers.map((layer) => this.#describe(layer));
  }

  layer(id: LayerId): Layer {
    return this.#describe(layerState(this.#core.state, id));
  }

  chain(id: LayerId = this.#core.state.live): readonly Layer[] {
    return chainOf(this.#core.state, id).map((layer) => this.#describe(layer));
  }

  async files(): Promise<readonly DiskFile[]> {
    return await this.#shared(async () => {
      const found: DiskFile[] = [];
      for (const layer of this.#core.state.layers) {
        const { descriptor, extent, tracking } = this.#core.files(layer);
        const kinds = [
          [descriptor, 'diskDescriptor'],
          [extent, 'diskExtent'],
          ...(layer.tracking === undefined ? [] : ([[tracking, 'changeTracking']] as const)),
        ] as const;
        for (const [name, type] of kinds) {
          const { size, blocks } = await stat(this.#core.path(name));
          found.push({ name, type, size, uniqueSize: blocks * 512, layer: layer.id, live: layer.id === this.#core.state.live && type !== 'diskDescriptor' });
        }
      }
      return found;
    });
  }

  async read(offset: number, into: Uint8Array, layer?: LayerId): Promise<void> {
    await this.#shared(async () => {
      this.#checkRange(offset, into.length);
      await readAny(this.#core, layer ?? this.#core.state.live, offset, into);
    });
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    await this.#alone(async () => {
      this.#checkRange(offset, bytes.length);
      await writeLive(this.#core, offset, bytes);
    });
  }

  async unmap(offset: number, length: number): Promise<void> {
    await this.#alone(async () => {
      this.#checkRange(offset, length);
      await unmapLive(this.#core, offset, length);
    });
  }

  async writeImage(path: string): Promise<WriteReport> {
    return await this.#alone(async () => await writeImage(this.#core, path));
  }

  async export(path: string, layer?: LayerId): Promise<void> {
    await this.#shared(async () => {
      await using file = await open(path, 'w');
      await file.truncate(this.capacity);
      const buffer = new Uint8Array(copyBytesMax);
      for (const area of await this.#inUse(layer)) {
        for (let done = 0; done < area.length; done += buffer.length) {
          const bytes = buffer.subarray(0, Math.min(buffer.length, area.length - done));
          await this.#core.readChain(layer ?? this.#core.state.live, area.start + done, bytes);
          if (!isZero(bytes)) await file.write(bytes, 0, bytes.length, area.start + done);
        }
      }
    });
  }

  async *areasInUse(layer?: LayerId): AsyncGenerator<Area> {
    yield* await this.#shared(async () => await this.#inUse(layer));
  }

  async freeze(): Promise<Layer> {
    return await this.#alone(async () => {
      const late = this.#lies?.beginsAfterFreeze === true;
      if (!late) await this.#makeTrackingEffective();
      const id = await freezeLive(this.#core);
      if (late) await this.#makeTrackingEffective();
      return this.layer(id);
    });
  }

  async removeSnapshot(id: LayerId, options: { readonly leaveFiles?: boolean } = {}): Promise<void> {
    await this.#alone(async () => {
      this.#checkNamed(id);
      await this.#core.commit(replaceLayer(this.#core.state, id, { named: false, left: options.leaveFiles === true }));
      await tidy(this.#core);
      await this.#makeTrackingEffective();
    });
  }

  async consolidate(): Promise<void> {
    await this.#alone(async () => {
      const { state } = this.#core;
      await this.#core.commit({ ...state, layers: state.layers.map((layer) => ({ ...layer, left: false })) });
      await tidy(this.#core);
      await this.#makeTrackingEffective();
    });
  }

  async revert(id: LayerId): Promise<Layer> {
    return await this.#alone(async () => {
      await revertTo(this.#core, this.#checkNamed(id));
      return this.live;
    });
  }

  async extend(capacity: number): Promise<void> {
    await this.#alone(async () => {
      if (!Number.isSafeInteger(capacity) || capacity % 512 !== 0) throw this.#rangeRefused(`${capacity} bytes are not a whole number of sectors`);
      await extendBase(this.#core, capacity);
    });
  }

  async setTracking(wanted: boolean, options: { readonly poweredOn: boolean }): Promise<void> {
    await this.#alone(async () => {
      await this.#core.commit({ ...this.#core.state, trackingWanted: wanted });
      if (!options.poweredOn) await this.#makeTrackingEffective();
    });
  }

  async stun(options: { readonly hard?: boolean } = {}): Promise<void> {
    await this.#alone(async () => {
      if (options.hard === true && this.trackingActive) await this.#core.endTracking();
      await this.#makeTrackingEffective();
    });
  }

  async changedAreas(query: ChangedAreasQuery): Promise<ChangedAreas> {
    return await this.#shared(async () => await changedAreas(this.#core, query, this.#lies));
  }

  lie(lies: TrackingLies | undefined): void {
    this.#lies = lies;
  }

  async flush(): Promise<void> {
    await this.#alone(async () => await this.#core.flush());
  }

  async close(): Promise<void> {
    await this.#turns.alone(async () => {
      if (this.#closed) return;
      this.#closed = true;
      await this.#core.close();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async destroy(): Promise<void> {
    await this.close();
    // The state goes first: without it the other files are no disk.
    await rm(statePath(this.folder, this.name), { force: true });
    await rm(this.#core.path(usedFileName(this.name)), { force: true });
    for (const fileName of await readdir(this.folder)) if (layerOfFile(this.name, fileName) !== undefined) await rm(this.#core.path(fileName));
  }

  #describe(layer: LayerState): Layer {
    const { state } = this.#core;
    return {
      id: layer.id,
      frozen: layer.id !== state.live,
      fileName: this.#core.files(layer).descriptor,
      parent: layer.parent,
      changeId: layer.tracking === undefined ? undefined : formatChangeId(layer.tracking),
      role: roleOf(state, layer),
    };
  }

  async #makeTrackingEffective(): Promise<void> {
    if (this.trackingWanted && !this.trackingActive) await this.#core.beginTracking();
    if (!this.trackingWanted && this.trackingActive) await this.#core.endTracking();
  }

  async #inUse(layer: LayerId | undefined): Promise<readonly Area[]> {
    const used = await blocksInUse(this.#core, layer ?? this.#core.state.live);
    const { capacity, trackingBlockBytes: blockBytes } = this.#core.state;
    return blockAreas((block) => used[block] === 1, { blocks: used.length, blockBytes, capacity, startOffset: 0, extentsMax: used.length }).areas;
  }

  #checkNamed(id: LayerId): LayerState {
    const layer = layerState(this.#core.state, id);
    if (!layer.named) throw storageErrors.create('LAYER_ABSENT', `no snapshot of disk ${this.name} is at ${id}`, { subject: { disk: this.name, layer: id } });
    return layer;
  }

  #checkRange(offset: number, length: number): void {
    if (Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= this.capacity) return;
    throw this.#rangeRefused(`${length} bytes at ${offset} reach outside disk ${this.name} of ${this.capacity} bytes`);
  }

  #rangeRefused(message: string): Error {
    return storageErrors.create('DISK_RANGE_REFUSED', message, { subject: { disk: this.name } });
  }

  async #shared<T>(work: () => Promise<T>): Promise<T> {
    return await this.#turns.shared(async () => await this.#whileOpen(work));
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    return await this.#turns.alone(async () => await this.#whileOpen(work));
  }

  async #whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw storageErrors.create('DISK_CLOSED', `disk ${this.name} is closed`, { subject: { disk: this.name } });
    return await work();
  }
}
