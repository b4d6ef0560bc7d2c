import type { DiskSink } from '@holdfast/disks';
import type { Clock } from '@holdfast/kit';
import type { PointDisk, RecoveryPoint, RestoreSession, Vault } from '@holdfast/vault';
import { engineErrors } from './errors.ts';
import type { OnEvent, VmLabel } from './events.ts';

export interface RecoverDiskOptions {
  readonly vault: Vault;
  readonly point: RecoveryPoint;
  /** vSphere device key, label, or position counted from 1; not needed where the point has one disk */
  readonly disk?: string | number | undefined;
  /** Opens where the bytes go, once the disk is known; it starts out as zeros. */
  openSink(disk: PointDisk): Promise<DiskSink>;
  /** for measuring only */
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly onEvent?: OnEvent | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RecoveredDisk {
  readonly disk: { readonly key: number; readonly label: string; readonly capacity: number };
  readonly transport: string;
  /** bytes written that aren't holes */
  readonly written: number;
  /** bytes fetched from the store */
  readonly fetched: number;
  readonly requests: number;
}

/**
 * Writes one disk of a point into a sink: a file, usually. Whole and durable when it returns; given up, with nothing left, when it throws.
 *
 * @throws `ENGINE_DISK_ABSENT`, and whatever vault and sink throw
 */
export async function recoverDisk(options: RecoverDiskOptions): Promise<RecoveredDisk & { readonly notices: readonly string[] }> {
  const { point, clock, onEvent = () => {} } = options;
  const disk = chooseDisk(point, options.disk);
  const vm = { name: point.vm.name, moref: point.vm.moref ?? point.vmId };
  const startedMs = clock.elapsed();
  const seconds = () => (clock.elapsed() - startedMs) / 1000;
  onEvent({ type: 'vm-started', vm });
  onEvent({ type: 'step', vm, step: 'write' });
  try {
    const { result, notices } = await withRestore(options, vm, (session) => writeDisk({ ...options, session, disk, vm }));
    onEvent({ type: 'vm-finished', vm, outcome: 'done', seconds: seconds() });
    return { ...result, notices };
  } catch (cause) {
    const error = options.signal?.aborted
      ? engineErrors.create('ENGINE_ABORTED', `the restore of ${disk.label} of ${vm.name} was interrupted`, {
          did: 'what had been written was removed',
          subject: { vm: vm.name },
          cause,
        })
      : cause;
    onEvent({ type: 'vm-finished', vm, outcome: 'failed', seconds: seconds(), error });
    throw error;
  }
}

/** The disk meant by key, label or position. */
export function chooseDisk(point: RecoveryPoint, choice: string | number | undefined): PointDisk {
  const { disks } = point;
  const only = disks.length === 1 ? disks[0] : undefined;
  const number = Number(choice);
  const found =
    choice === undefined
      ? only
      : (disks.find((disk) => disk.label.toLowerCase() === String(choice).toLowerCase()) ??
        disks.find((disk) => disk.key === number) ??
        (Number.isInteger(number) ? disks[number - 1] : undefined));
  if (found !== undefined) return found;
  const list = disks.map((disk) => `${disk.label} (key ${disk.key})`).join(', ');
  const message = choice === undefined ? `the point has ${disks.length} disks; say which: ${list}` : `the point has no disk ${choice}; it has ${list}`;
  throw engineErrors.create('ENGINE_DISK_ABSENT', message, { subject: { vm: point.vm.name, point: point.id } });
}

/**
 * Does the work while the vault knows of the restore, so that collection leaves alone what the point needs. What the vault remarks
 * comes back beside the result, and is an event where the work fails.
 */
export async function withRestore<T>(
  { vault, point, onEvent }: Pick<RecoverDiskOptions, 'vault' | 'point' | 'onEvent'>,
  vm: VmLabel,
  work: (session: RestoreSession) => Promise<T>,
): Promise<{ result: T; notices: readonly string[] }> {
  const session = await vault.beginRestore(point.id);
  try {
    const result = await work(session);
    await session.end();
    return { result, notices: session.notices };
  } catch (error) {
    await session.end();
    for (const message of session.notices) onEvent?.({ type: 'notice', vm, code: 'RESTORE_SESSION', message });
    throw error;
  }
}

interface WriteDiskOptions extends Pick<RecoverDiskOptions, 'openSink' | 'onEvent' | 'signal'> {
  readonly session: RestoreSession;
  readonly disk: PointDisk;
  readonly vm: VmLabel;
}

/** Opens the sink, fills it from the vault, makes it durable and finishes it; aborts it on any failure. */
export async function writeDisk({ session, disk, vm, openSink, onEvent, signal }: WriteDiskOptions): Promise<RecoveredDisk> {
  const label = { key: disk.key, label: disk.label, capacity: disk.capacity };
  onEvent?.({ type: 'disk-started', vm, disk: label, mode: 'restore' });
  const sink = await openSink(disk);
  try {
    const report = await session.restoreDisk({
      disk: disk.key,
      sink,
      signal,
      onProgress: ({ done, total }) => onEvent?.({ type: 'disk-progress', vm, disk: label, done, total }),
    });
    await sink.flush();
    await sink.close();
    onEvent?.({ type: 'disk-finished', vm, disk: label });
    return { disk: label, transport: sink.transport, written: report.written, fetched: report.fetched, requests: report.requests };
  } catch (error) {
    await sink.abort(error);
    throw error;
  }
}
