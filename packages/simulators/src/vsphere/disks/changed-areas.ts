import { blockAreas, extentsMaxDefault } from './block-areas.ts';
import { parseChangeId } from './change-id.ts';
import type { DiskCore } from './disk-core.ts';
import type { LayerState } from './disk-state.ts';
import { storageErrors } from './errors.ts';
import { chainOf, layerState } from './layer-tree.ts';
import type { ChangedAreas, ChangedAreasQuery, LayerId, TrackingLies } from './virtual-disk.ts';

export async function changedAreas(core: DiskCore, query: ChangedAreasQuery, lies: TrackingLies | undefined): Promise<ChangedAreas> {
  const { capacity, trackingBlockBytes: blockBytes, name } = core.state;
  const layer = layerState(core.state, query.layer ?? core.state.live);
  const startOffset = query.startOffset ?? 0;
  if (!(Number.isSafeInteger(startOffset) && startOffset >= 0 && startOffset < capacity)) {
    throw storageErrors.create('START_OFFSET_REFUSED', `offset ${startOffset} does not lie inside disk ${name} of ${capacity} bytes`, {
      subject: { disk: name },
    });
  }
  const asked = { blocks: Math.ceil(capacity / blockBytes), blockBytes, capacity, startOffset, extentsMax: query.extentsMax ?? extentsMaxDefault };
  if (query.changeId === '*') {
    if (layer.tracking === undefined) throw refusal(core, query, 'untracked');
    const used = await blocksInUse(core, layer.id);
    return blockAreas((block) => used[block] === 1, asked);
  }
  const since = sequenceOf(core, layer, query);
  const marks = await core.openMarks(layer);
  await marks.close();
  const found = blockAreas((block) => (marks.marks[block] as number) > since, asked);
  const every = lies?.dropOneAreaIn;
  return every === undefined ? found : { ...found, areas: found.areas.filter((_, index) => index % every !== 0) };
}

function sequenceOf(core: DiskCore, layer: LayerState, query: ChangedAreasQuery): number {
  if (layer.tracking === undefined) throw refusal(core, query, 'untracked');
  const since = parseChangeId(query.changeId);
  if (since === undefined) throw refusal(core, query, 'malformed');
  if (since.uuid !== layer.tracking.uuid) throw refusal(core, query, 'foreign');
  if (since.sequence > layer.tracking.sequence) throw refusal(core, query, 'future');
  return since.sequence;
}

const reasons = {
  untracked: 'its changes are not tracked',
  malformed: 'that is no change id',
  foreign: 'that id is of another tracking',
  future: 'that id is later than the state that was asked about',
};

function refusal(core: DiskCore, query: ChangedAreasQuery, reason: keyof typeof reasons): Error {
  const { name } = core.state;
  return storageErrors.create('CHANGE_ID_REFUSED', `changes of disk ${name} since "${query.changeId}" can't be told: ${reasons[reason]}`, {
    subject: { disk: name, reason },
  });
}

/** One byte a tracking block: 1 where any file of the chain holds something. */
export async function blocksInUse(core: DiskCore, id: LayerId): Promise<Uint8Array> {
  const { capacity, trackingBlockBytes } = core.state;
  const used = new Uint8Array(Math.ceil(capacity / trackingBlockBytes));
  for (const layer of chainOf(core.state, id)) {
    for await (const area of core.extent(layer.id).held()) {
      used.fill(1, Math.floor(area.start / trackingBlockBytes), Math.ceil((area.start + area.length) / trackingBlockBytes));
    }
  }
  return used;
}
