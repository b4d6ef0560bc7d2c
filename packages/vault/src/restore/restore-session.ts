import type { Semaphore } from '@holdfast/kit';
import { readRecords } from '../collect/records.ts';
import { vaultErrors } from '../errors.ts';
import type { RecoveryPoint } from '../model.ts';
import { doubtAbout } from '../mover/signing.ts';
import { readFile } from '../mover/wrapped-files.ts';
import type { OpenVault } from '../open-vault.ts';
import { readManifest, readPoint } from '../point/list-points.ts';
import { packsOfPoint } from '../point/packs-of-point.ts';
import { type Lease, startLease } from '../session/lease.ts';
import type { RestoreSession } from '../vault.ts';
import { isFenced } from './is-fenced.ts';
import { restoreDisk } from './restore-disk.ts';

/** What a restore works with; threads and buffers are made when the first disk needs them. */
export interface RestoreParts extends Pick<OpenVault, 'store' | 'keys' | 'environment' | 'description'> {
  readonly requests: Semaphore;
  started(): Pick<OpenVault, 'pool' | 'buffers'>;
}

const unregistered =
  'this user may not write to the store, so that collection isn’t held off: if this point is deleted and a collection runs meanwhile, the restore fails';

/**
 * Begins a restore, in the order that docs/collection.md demands: presence first, then the collection records, then the point.
 *
 * @throws `POINT_ABSENT`, `POINT_UNREADABLE`, `RESTORE_REFUSED`
 */
export async function beginRestore(parts: RestoreParts, pointId: string): Promise<RestoreSession> {
  const { store, keys, environment, description, requests } = parts;
  const { name } = await readManifest(store, pointId);
  const id = Buffer.from(environment.random.bytes(16)).toString('hex');
  const notices: string[] = [];
  const lease = await register(parts, id, { vmId: name.vmId, point: pointId });
  if (lease === undefined) notices.push(unregistered);
  let ended: Promise<void> | undefined;
  const end = async () => {
    await lease?.end().catch((error: Error) => notices.push(error.message));
  };
  try {
    const point = await readRestorable(parts, pointId, notices);
    const doubt = point.signedBy === undefined ? undefined : doubtAbout(point.signedBy);
    if (doubt !== undefined) notices.push(`point ${pointId} ${doubt}: nobody vouches that this is what the VM held`);
    const reading = async <T>(work: () => Promise<T>): Promise<T> => {
      if (ended !== undefined) throw vaultErrors.create('SESSION_ENDED', 'The restore was ended before.');
      try {
        return await work();
      } catch (error) {
        if (!vaultErrors.is(error, 'PACK_ABSENT') || !(await isFenced(store, name.vmId, id))) throw error;
        throw vaultErrors.create('RESTORE_FENCED', `A collector gave this restore of point ${pointId} up, and what it needs has gone.`, {
          cause: error,
          subject: { point: pointId },
        });
      }
    };
    return {
      id,
      point,
      notices,
      restoreDisk: async (options) => {
        const disk = point.disks.find(({ key }) => key === options.disk) ?? missing(point, `disk ${options.disk}`);
        const { pool, buffers } = parts.started();
        const context = { store, keys, segmentBytes: description.chunker.segmentBytes, buffers: buffers.segments, pool, requests };
        return await reading(() => restoreDisk(context, { ...options, map: disk.map }));
      },
      readFile: async (file) => {
        const reference = point.files[file] ?? missing(point, `file ${file}`);
        return await reading(() => readFile(store, keys, reference));
      },
      end: () => {
        ended ??= end();
        return ended;
      },
    };
  } catch (error) {
    await end(); // the first error tells more
    throw error;
  }
}

/** `undefined` where the store lets us read only. Any other failure to register is one of the restore. */
async function register({ store, keys, environment }: RestoreParts, id: string, content: Readonly<Record<string, string>>): Promise<Lease | undefined> {
  try {
    return await startLease(store, keys, environment, id, { kind: 'restore', ...content });
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ACCESS') return undefined;
    throw error;
  }
}

/**
 * The point, when all that it needs stays for as long as this session does. What a record without an outcome knows, it spares; of
 * another point, the packs tell: a session that began before the record may have come to need condemned ones. A record that is
 * damaged stops collection, and must not stop restores.
 */
async function readRestorable({ store, keys }: RestoreParts, pointId: string, notices: string[]): Promise<RecoveryPoint> {
  const records = await readRecords(store, keys).catch((error: unknown) => {
    if (!vaultErrors.is(error, 'OBJECT_DAMAGED')) throw error;
    notices.push(`${error.message} What a collection may be removing isn’t known; "holdfast vault check" says more`);
    return undefined;
  });
  const point = await readPoint(store, keys, pointId);
  if (records === undefined || records.mayGrowFrom(pointId)) return point;
  for (const [key, { id }] of await packsOfPoint(store, keys, point, records.packs)) {
    if (!records.packs.has(id)) continue;
    throw vaultErrors.create('RESTORE_REFUSED', `Point ${pointId} needs ${key}, which a collection that isn’t over may still remove.`, {
      did: 'Nothing was restored.',
      subject: { point: pointId },
    });
  }
  return point;
}

function missing(point: RecoveryPoint, part: string): never {
  throw vaultErrors.create('POINT_PART_ABSENT', `Point ${point.id} has no ${part}.`, { subject: { point: point.id } });
}
