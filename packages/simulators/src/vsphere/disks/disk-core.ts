import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@holdfast/kit';
import { replaceFile } from './atomic-file.ts';
import { drawTrackingUuid } from './change-id.ts';
import { DeltaExtent } from './delta-extent.ts';
import { renderDescriptor } from './descriptor.ts';
import { type DiskState, type LayerState, loadState, saveState } from './disk-state.ts';
import { storageErrors } from './errors.ts';
import type { Extent } from './extent.ts';
import { FlatExtent } from './flat-extent.ts';
import { type LayerFiles, layerFiles, layerOfFile, usedFileName } from './layer-files.ts';
import { chainOf, layerState, replaceLayer } from './layer-tree.ts';
import { TrackingMap } from './tracking-map.ts';
import type { Area, LayerId } from './virtual-disk.ts';

/**
 * The open files of a disk and the state that says what they mean. Knows how to reach the bytes of a layer and how to commit
 * a new state; what the steps of a snapshot are is said in `layer-changes.ts`. Callers see to it that changes happen alone.
 */
export class DiskCore {
  readonly folder: string;
  readonly random: Random;
  #state: DiskState;
  readonly #extents = new Map<LayerId, Extent>();
  #tracking: TrackingMap | undefined;
  /** The live layer's content id was renewed since it became live. */
  #cidRenewed = false;

  private constructor(folder: string, random: Random, state: DiskState) {
    this.folder = folder;
    this.random = random;
    this.#state = state;
  }

  /** Opens the files, after clearing away what a killed process left half done. */
  static async open(folder: string, name: string, random: Random): Promise<DiskCore> {
    const core = new DiskCore(folder, random, await loadState(folder, name));
    try {
      await core.#clearStrayFiles();
      for (const layer of core.state.layers) await core.openLayer(layer.id);
      await core.#openTracking();
      await core.#writeDescriptors();
    } catch (error) {
      await core.close();
      throw error;
    }
    return core;
  }

  get state(): DiskState {
    return this.#state;
  }

  /** Of the live layer; `undefined` while tracking is off. */
  get tracking(): TrackingMap | undefined {
    return this.#tracking;
  }

  get liveExtent(): Extent {
    return this.extent(this.#state.live);
  }

  extent(id: LayerId): Extent {
    const extent = this.#extents.get(id);
    if (extent === undefined) throw storageErrors.create('DISK_CLOSED', `disk ${this.#state.name} is closed`, { subject: { disk: this.#state.name } });
    return extent;
  }

  files(layer: LayerState): LayerFiles {
    return layerFiles(this.#state.name, layer.number);
  }

  path(fileName: string): string {
    return join(this.folder, fileName);
  }

  /** The one place where a new state becomes true. */
  async commit(state: DiskState): Promise<void> {
    await saveState(this.folder, state);
    if (state.live !== this.#state.live) this.#cidRenewed = false;
    this.#state = state;
    await this.#writeDescriptors();
  }

  async readChain(id: LayerId, offset: number, into: Uint8Array): Promise<void> {
    let parts: Area[] = [{ start: offset, length: into.length }];
    for (const layer of chainOf(this.#state, id)) {
      if (parts.length === 0) return;
      parts = await this.extent(layer.id).read(into, offset, parts);
    }
    for (const part of parts) into.fill(0, part.start - offset, part.start - offset + part.length);
  }

  /** Before the guest changes anything: a new content id, once, and the tracking marks. */
  async beforeChange(offset: number, length: number): Promise<void> {
    if (!this.#cidRenewed) {
      const cid = new DataView(new Uint8Array(this.random.bytes(4)).buffer).getUint32(0);
      // fffffffe and ffffffff have meanings of their own.
      await this.commit(replaceLayer(this.#state, this.#state.live, { cid: cid >= 0xffff_fffe ? 1 : cid }));
      this.#cidRenewed = true;
    }
    await this.#tracking?.mark(offset, length);
  }

  /** (Re)opens a layer's file: the live one for writing, all others read-only. */
  async openLayer(id: LayerId, writable: boolean = id === this.#state.live): Promise<Extent> {
    await this.#extents.get(id)?.close();
    this.#extents.delete(id);
    const layer = layerState(this.#state, id);
    const path = this.path(this.files(layer).extent);
    const { capacity, name } = this.#state;
    if (layer.number === 0) await FlatExtent.prepare(path, this.path(usedFileName(name)), capacity);
    await chmod(path, writable ? 0o644 : 0o444);
    const extent =
      layer.number === 0
        ? await FlatExtent.open(path, this.path(usedFileName(name)), { capacity, writable })
        : await DeltaExtent.open(path, { capacity, writable });
    this.#extents.set(id, extent);
    return extent;
  }

  async closeLayer(id: LayerId): Promise<void> {
    await this.#extents.get(id)?.close();
    this.#extents.delete(id);
  }

  async deleteFiles(files: LayerFiles): Promise<void> {
    for (const name of [files.descriptor, files.tracking, files.extent]) await rm(this.path(name), { force: true });
  }

  /** A new tracking of the live layer, whatever there was; commits `state` with it. */
  async beginTracking(state: DiskState = this.#state): Promise<void> {
    await this.closeTracking();
    const uuid = drawTrackingUuid(this.random);
    const marks = new Uint32Array(Math.ceil(state.capacity / state.trackingBlockBytes));
    await TrackingMap.write(this.path(this.files(layerState(state, state.live)).tracking), uuid, marks);
    await this.commit(replaceLayer(state, state.live, { tracking: { uuid, sequence: 1 } }));
    await this.#openTracking();
  }

  async endTracking(): Promise<void> {
    await this.closeTracking();
    await this.commit(replaceLayer(this.#state, this.#state.live, { tracking: undefined }));
    await rm(this.path(this.files(layerState(this.#state, this.#state.live)).tracking), { force: true });
  }

  async closeTracking(): Promise<void> {
    await this.#tracking?.close();
    this.#tracking = undefined;
  }

  /** The marks of the live layer as the state names them; begins anew when the file turns out to be of another tracking. */
  async #openTracking(): Promise<void> {
    const live = layerState(this.#state, this.#state.live);
    if (live.tracking === undefined) return;
    try {
      this.#tracking = await this.openMarks(live);
    } catch (error) {
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!gone && !storageErrors.is(error, 'DISK_DAMAGED')) throw error;
      await this.beginTracking();
    }
  }

  async reopenTracking(): Promise<void> {
    await this.closeTracking();
    await this.#openTracking();
  }

  /** A layer's marks; the caller closes them. */
  async openMarks(layer: LayerState): Promise<TrackingMap> {
    if (layer.tracking === undefined)
      throw storageErrors.create('CHANGE_ID_REFUSED', `changes of ${this.files(layer).descriptor} are not tracked`, { subject: { reason: 'untracked' } });
    const { trackingBlockBytes, capacity } = this.#state;
    return await TrackingMap.open(this.path(this.files(layer).tracking), layer.tracking, { blockBytes: trackingBlockBytes, capacity });
  }

  async flush(): Promise<void> {
    await this.#tracking?.flush();
    await this.liveExtent.flush();
  }

  async close(): Promise<void> {
    await this.closeTracking();
    for (const id of [...this.#extents.keys()]) await this.closeLayer(id);
  }

  async #writeDescriptors(): Promise<void> {
    const { capacity, adapterType, thin, uuid, layers } = this.#state;
    for (const layer of layers) {
      const files = this.files(layer);
      const parent = layer.parent === undefined ? undefined : layerState(this.#state, layer.parent);
      const text = renderDescriptor({
        capacity,
        adapterType,
        thin,
        uuid,
        cid: layer.cid,
        extentName: files.extent,
        ...(parent === undefined ? {} : { parent: { fileName: this.files(parent).descriptor, cid: parent.cid } }),
        ...(layer.tracking === undefined ? {} : { changeTrackPath: files.tracking }),
      });
      const path = this.path(files.descriptor);
      const present = await readFile(path, 'utf8').catch(() => undefined);
      if (present !== text) await replaceFile(path, text);
    }
  }

  /** Files of this disk that its state doesn't name: of a step whose commit never came, or whose last sweep didn't. */
  async #clearStrayFiles(): Promise<void> {
    const { name, layers } = this.#state;
    const numbers = new Set(layers.map((layer) => layer.number));
    for (const fileName of await readdir(this.folder)) {
      const number = layerOfFile(name, fileName);
      if (number !== undefined && !numbers.has(number)) await rm(this.path(fileName));
      const draftOf = /^\.(.+)\.new$/.exec(fileName)?.[1];
      if (draftOf !== undefined && (draftOf === `.${name}.disk.json` || layerOfFile(name, draftOf) !== undefined)) await rm(this.path(fileName));
    }
  }
}
