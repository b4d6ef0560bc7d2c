import { vsphereErrors } from '@holdfast/vsphere';
import type { Extent } from './disk.ts';
import { diskErrors } from './errors.ts';
import { cut, segments } from './extents.ts';

/** Asks for everything in use instead of everything changed. */
const inUse = '*';

export interface ReportedAreas {
  /** Areas changed since a change id, or in use for `*`; ascending. */
  changedAreas?(changeId: string): AsyncIterable<Extent>;
  /** Whether `changedAreas('*')` names everything in use. Otherwise a full reads the whole disk. */
  readonly allocatedAreasTrusted?: boolean;
  /** Told, in a sentence, about what didn't go as asked. */
  notice?(message: string): void;
}

/**
 * What to read of a disk, by what somebody reports about it.
 *
 * A full never fails for want of a report: what the report didn't get to is named whole.
 *
 * @throws `CBT_UNUSABLE` when changed areas are asked for and can't be told
 */
export async function* reportedExtents(disk: string, capacity: number, reported: ReportedAreas, since: string | undefined): AsyncGenerator<Extent> {
  if (since !== undefined) {
    if (reported.changedAreas === undefined) throw diskErrors.create('CBT_UNUSABLE', `nobody keeps track of what changes on ${disk}`, { subject: { disk } });
    yield* segments(told(disk, reported.changedAreas(since)), capacity);
    return;
  }
  let named = 0;
  if (reported.changedAreas !== undefined && reported.allocatedAreasTrusted) {
    try {
      for await (const extent of segments(told(disk, reported.changedAreas(inUse)), capacity)) {
        yield extent;
        named = extent.offset + extent.length;
      }
      return;
    } catch (error) {
      if (!diskErrors.is(error, 'CBT_UNUSABLE')) throw error;
      reported.notice?.(`${disk}: the areas in use can’t be told (${error.message}); all of it is read`);
    }
  }
  yield* cut(named, capacity);
}

/** What a vCenter can't tell is called here by our name for it. */
async function* told(disk: string, areas: AsyncIterable<Extent>): AsyncGenerator<Extent> {
  try {
    yield* areas;
  } catch (error) {
    if (!vsphereErrors.is(error, 'VSPHERE_CHANGES_UNKNOWN')) throw error;
    throw diskErrors.create('CBT_UNUSABLE', error.message, { subject: { disk }, cause: error });
  }
}
