import { storageErrors } from '../disks/index.ts';
import { type MoRef, managedObjectNotFound } from '../inventory/world.ts';
import type { Handlers } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import { datastorePath, type Snapshot } from './machine.ts';
import { machineOf } from './power.ts';

/** vCenter answers with at most so many areas at once. */
const areasMax = 2000;

export const changedAreasHandlers: Handlers = {
  QueryChangedDiskAreas: async (call) => {
    const machine = machineOf(call);
    const {
      snapshot: ref,
      deviceKey,
      startOffset,
      changeId,
    } = call.parameters as { snapshot?: MoRef; deviceKey: number; startOffset: number; changeId: string };
    const snapshot = ref === undefined ? undefined : (call.vcenter.world.get(ref) as Snapshot);
    if (snapshot !== undefined && snapshot.machine !== machine) throw invalidArgument('snapshot');
    if (snapshot === undefined && machine.power !== 'poweredOff') throw invalidArgument('snapshot');
    const live = machine.disks.get(deviceKey);
    const at = snapshot === undefined ? live && { attached: live, layer: live.disk.live.id } : snapshot.disks.get(deviceKey);
    if (at === undefined) throw invalidArgument('deviceKey');
    const { disk, datastore, directory } = at.attached;
    const file = datastorePath(datastore, directory, disk.live.fileName);
    try {
      const found = await disk.changedAreas({ changeId, layer: at.layer, startOffset, extentsMax: areasMax });
      return {
        $type: 'DiskChangeInfo',
        startOffset: found.startOffset,
        length: found.length,
        changedArea: found.areas.map(({ start, length }) => ({ $type: 'DiskChangeExtent', start, length })),
      };
    } catch (error) {
      if (storageErrors.is(error, 'START_OFFSET_REFUSED')) throw invalidArgument('startOffset');
      // The snapshot went while it was asked about.
      if (ref !== undefined && storageErrors.is(error, 'LAYER_ABSENT')) throw managedObjectNotFound(ref);
      if (!storageErrors.is(error, 'CHANGE_ID_REFUSED')) throw error;
      if (error.subject.reason === 'malformed') throw invalidArgument('changeId');
      throw vimFault('FileFault', `Error caused by file ${file}`, { file });
    }
  },
};
