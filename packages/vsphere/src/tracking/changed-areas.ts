import { isFault } from '../client/fault.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import type { MoRef } from '../wire/index.ts';

export interface ChangedAreasQuestion {
  readonly vm: MoRef;
  readonly snapshot: MoRef;
  readonly deviceKey: number;
  /** From an earlier point of the same disk; `*` for all that is in use. */
  readonly changeId: string;
  /** bytes */
  readonly capacity: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Area {
  /** bytes */
  readonly offset: number;
  readonly length: number;
}

interface Page {
  readonly startOffset: number;
  readonly length: number;
  readonly changedArea?: readonly { readonly start: number; readonly length: number }[];
}

/** Faults by which a server says that it can't tell: tracking is off, was reset, or its file is damaged. */
const cannotTell = ['FileFault', 'InvalidArgument', 'SystemError', 'NotFound', 'NotSupported', 'MethodNotFound', 'InvalidState', 'VmConfigFault'];

/**
 * Areas of the disk at the snapshot that changed since `changeId`, in bytes: ascending, not overlapping, not touching, within the capacity.
 *
 * The server answers in pages, each from an offset over a length; a page may name no area and still not be the last.
 * @throws `VSPHERE_CHANGES_UNKNOWN` when the server can't tell, or what it tells doesn't add up
 */
export async function* changedAreas(vcenter: Vcenter, question: ChangedAreasQuestion): AsyncGenerator<Area> {
  const { capacity } = question;
  let pending: Area | undefined;
  for (let offset = 0; offset < capacity; ) {
    const page = await readPage(vcenter, question, offset);
    for (const area of ordered(page, offset, capacity, question)) {
      if (pending === undefined) pending = area;
      else if (area.offset <= pending.offset + pending.length) pending = union(pending, area);
      else {
        yield pending;
        pending = area;
      }
    }
    offset += page.length;
  }
  if (pending !== undefined) yield pending;
}

function union(left: Area, right: Area): Area {
  return { offset: left.offset, length: Math.max(left.offset + left.length, right.offset + right.length) - left.offset };
}

function unknown(question: ChangedAreasQuestion, reason: string, cause?: unknown): Error {
  return vsphereErrors.create('VSPHERE_CHANGES_UNKNOWN', `what changed on disk ${question.deviceKey} of ${question.vm.value} can't be told: ${reason}`, {
    subject: { vm: question.vm.value, disk: question.deviceKey },
    cause,
  });
}

async function readPage(vcenter: Vcenter, question: ChangedAreasQuestion, startOffset: number): Promise<Page> {
  const { vm, snapshot, deviceKey, changeId, capacity, signal } = question;
  let page: Page;
  try {
    page = (await vcenter.call('QueryChangedDiskAreas', vm, { snapshot, deviceKey, startOffset, changeId }, { signal })) as Page;
  } catch (error) {
    if (cannotTell.some((name) => isFault(error, name))) throw unknown(question, (error as Error).message, error);
    throw error;
  }
  if (page.startOffset !== startOffset) throw unknown(question, `asked from byte ${startOffset}, the server answered from ${page.startOffset}`);
  if (page.length <= 0) throw unknown(question, `the answer from byte ${startOffset} covers nothing`);
  if (startOffset + page.length > capacity) throw unknown(question, `the answers cover ${startOffset + page.length} bytes of a disk of ${capacity}`);
  return page;
}

/** The areas of a page, ascending, without what lies before it (told by an earlier page) or behind the disk's end. */
function ordered(page: Page, from: number, capacity: number, question: ChangedAreasQuestion): Area[] {
  return (page.changedArea ?? [])
    .map(({ start, length }) => {
      if (start < 0 || length < 0) throw unknown(question, `an area starts at ${start} with a length of ${length}`);
      const offset = Math.max(start, from);
      return { offset, length: Math.min(start + length, capacity) - offset };
    })
    .filter((area) => area.length > 0)
    .sort((left, right) => left.offset - right.offset);
}
