import { DeltaExtent } from './delta-extent.ts';
import type { DiskCore } from './disk-core.ts';
import type { LayerState } from './disk-state.ts';
import { storageErrors } from './errors.ts';
import type { Extent } from './extent.ts';
import { FlatExtent } from './flat-extent.ts';
import { layerFiles, usedFileName } from './layer-files.ts';
import { chainOf, freeNumber, frozenInChainMax, layerState, mergedInto, nextTidyStep, replaceLayer, withoutLayer } from './layer-tree.ts';
import { TrackingMap } from './tracking-map.ts';
import type { LayerId } from './virtual-disk.ts';
import { isZero } from './zeros.ts';

const copyBytesMax = 1024 * 1024;

/**
 * Every change of the tree has one order: files that the new state needs are made, the new state is committed,
 * files that only the old one needed go. Killed between, a disk opens as before or as after.
 */
export async function freezeLive(core: DiskCore): Promise<LayerId> {
  const frozen = layerState(core.state, core.state.live);
  const made = await makeDelta(core, frozen);
  if (frozen.tracking !== undefined && core.tracking !== undefined) {
    await TrackingMap.write(core.path(core.files(made).tracking), frozen.tracking.uuid, core.tracking.marks);
  }
  await core.closeTracking();
  const tracking = frozen.tracking === undefined ? undefined : { uuid: frozen.tracking.uuid, sequence: frozen.tracking.sequence + 1 };
  const named = replaceLayer(core.state, frozen.id, { named: true, left: false });
  await core.commit({ ...named, live: made.id, nextLayer: core.state.nextLayer + 1, layers: [...named.layers, { ...made, tracking }] });
  await core.openLayer(frozen.id);
  await core.openLayer(made.id);
  await core.reopenTracking();
  return frozen.id;
}

export async function revertTo(core: DiskCore, target: LayerState): Promise<void> {
  const discarded = layerState(core.state, core.state.live);
  const made = await makeDelta(core, target);
  await core.closeTracking();
  const rest = withoutLayer(core.state, discarded.id);
  const state = { ...rest, live: made.id, nextLayer: core.state.nextLayer + 1, layers: [...rest.layers, made] };
  if (core.state.trackingWanted) await core.beginTracking(state);
  else await core.commit(state);
  await core.closeLayer(discarded.id);
  await core.deleteFiles(core.files(discarded));
  await core.openLayer(made.id);
  await tidy(core);
}

async function makeDelta(core: DiskCore, parent: LayerState): Promise<LayerState> {
  const { state } = core;
  if (chainOf(state, parent.id).length > frozenInChainMax) {
    throw storageErrors.create('CHAIN_TOO_LONG', `disk ${state.name} has ${frozenInChainMax} snapshots in a row already`, { subject: { disk: state.name } });
  }
  const number = freeNumber(state);
  await DeltaExtent.make(core.path(layerFiles(state.name, number).extent), state.capacity);
  // A delta that nobody has written to has its parent's content, and so its content id.
  return { id: `layer-${state.nextLayer}`, number, parent: parent.id, named: false, left: false, cid: parent.cid, tracking: undefined };
}

/** Drops and merges whatever no snapshot names and nothing keeps. */
export async function tidy(core: DiskCore): Promise<void> {
  for (let step = nextTidyStep(core.state); step !== undefined; step = nextTidyStep(core.state)) {
    if (step.kind === 'merge') await merge(core, step.child, step.parent);
    else await drop(core, step.layer);
  }
}

async function drop(core: DiskCore, layer: LayerState): Promise<void> {
  await core.commit(withoutLayer(core.state, layer.id));
  await core.closeLayer(layer.id);
  await core.deleteFiles(core.files(layer));
}

/** The child's bytes go down into the parent's file; until the commit the child still hides whatever was overwritten there. */
async function merge(core: DiskCore, child: LayerState, parent: LayerState): Promise<void> {
  const childFiles = core.files(child);
  const parentFiles = core.files(parent);
  await copyHeld(core.extent(child.id), await core.openLayer(parent.id, true));
  if (child.tracking !== undefined) {
    const marks = await core.openMarks(child);
    await TrackingMap.write(core.path(parentFiles.tracking), child.tracking.uuid, marks.marks);
    await marks.close();
  }
  await core.commit(mergedInto(core.state, child, parent));
  await core.closeLayer(parent.id);
  await core.openLayer(child.id);
  if (child.id === core.state.live) await core.reopenTracking();
  await core.deleteFiles(child.tracking === undefined ? { ...childFiles, tracking: parentFiles.tracking } : childFiles);
}

async function copyHeld(from: Extent, to: Extent): Promise<void> {
  const buffer = new Uint8Array(copyBytesMax);
  for await (const area of from.held()) {
    for (let done = 0; done < area.length; done += buffer.length) {
      const bytes = buffer.subarray(0, Math.min(buffer.length, area.length - done));
      const start = area.start + done;
      await from.read(bytes, start, [{ start, length: bytes.length }]);
      if (isZero(bytes)) await to.zero(start, bytes.length);
      else await to.write(start, bytes);
    }
  }
}

/** Only the base can grow, and only alone. */
export async function extendBase(core: DiskCore, capacity: number): Promise<void> {
  const { state } = core;
  if (state.layers.length > 1 || capacity < state.capacity) {
    const why = state.layers.length > 1 ? 'it has snapshots' : `${capacity} bytes are less than its ${state.capacity}`;
    throw storageErrors.create('DISK_RESIZE_REFUSED', `disk ${state.name} can't be extended: ${why}`, { subject: { disk: state.name } });
  }
  const tracked = core.tracking !== undefined;
  await FlatExtent.prepare(core.path(core.files(layerState(state, state.live)).extent), core.path(usedFileName(state.name)), capacity);
  if (tracked) await core.beginTracking({ ...state, capacity });
  else await core.commit({ ...state, capacity });
  await core.openLayer(core.state.live);
}
