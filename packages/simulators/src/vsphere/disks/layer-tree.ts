import type { DiskState, LayerState } from './disk-state.ts';
import { storageErrors } from './errors.ts';
import type { Layer, LayerId } from './virtual-disk.ts';

/** VMware's own limit: 32 snapshots in a row. */
export const frozenInChainMax = 32;

export function layerState(state: DiskState, id: LayerId): LayerState {
  const found = state.layers.find((layer) => layer.id === id);
  if (found === undefined) throw storageErrors.create('LAYER_ABSENT', `disk ${state.name} has no layer ${id}`, { subject: { disk: state.name, layer: id } });
  return found;
}

/** Itself, its parent, … the base. */
export function chainOf(state: DiskState, id: LayerId): LayerState[] {
  const chain: LayerState[] = [];
  for (let next: LayerId | undefined = id; next !== undefined; ) {
    const layer = layerState(state, next);
    chain.push(layer);
    next = layer.parent;
  }
  return chain;
}

function childrenOf(state: DiskState, id: LayerId): LayerState[] {
  return state.layers.filter((layer) => layer.parent === id);
}

export function roleOf(state: DiskState, layer: LayerState): Layer['role'] {
  if (layer.id === state.live) return 'live';
  if (layer.named) return 'snapshot';
  return layer.left ? 'leftover' : 'shared';
}

/** The lowest number whose files nobody has. */
export function freeNumber(state: DiskState): number {
  const taken = new Set(state.layers.map((layer) => layer.number));
  let number = 1;
  while (taken.has(number)) number++;
  return number;
}

export type TidyStep =
  | { readonly kind: 'drop'; readonly layer: LayerState }
  | { readonly kind: 'merge'; readonly child: LayerState; readonly parent: LayerState };

/** The next thing to do about a layer that nobody names and nothing keeps: drop it when nothing stands on it, merge the one layer that does. */
export function nextTidyStep(state: DiskState): TidyStep | undefined {
  for (const layer of state.layers) {
    if (layer.named || layer.left || layer.id === state.live) continue;
    const [child, another] = childrenOf(state, layer.id);
    if (child === undefined) return { kind: 'drop', layer };
    if (another === undefined) return { kind: 'merge', child, parent: layer };
  }
  return undefined;
}

export function replaceLayer(state: DiskState, id: LayerId, change: Partial<LayerState>): DiskState {
  return { ...state, layers: state.layers.map((layer) => (layer.id === id ? { ...layer, ...change } : layer)) };
}

export function withoutLayer(state: DiskState, id: LayerId): DiskState {
  return { ...state, layers: state.layers.filter((layer) => layer.id !== id) };
}

/** The child lives on in the parent's files and place. */
export function mergedInto(state: DiskState, child: LayerState, parent: LayerState): DiskState {
  const merged: LayerState = { ...child, number: parent.number, parent: parent.parent };
  return { ...state, layers: state.layers.filter((layer) => layer.id !== child.id).map((layer) => (layer.id === parent.id ? merged : layer)) };
}
