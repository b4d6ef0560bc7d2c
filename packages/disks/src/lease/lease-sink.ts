import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import type { Clock, Random } from '@holdfast/kit';
import type { DiskSink } from '../disk.ts';
import { checkCapacity, guardedSink } from '../guarded-sink.ts';
import { contentIdFrom } from '../stream-vmdk/content-id.ts';
import type { AdapterType } from '../stream-vmdk/descriptor.ts';
import { StreamOptimizedWriter } from '../stream-vmdk/stream-optimized-writer.ts';
import { LeaseUpload } from './lease-upload.ts';

/**
 * Begins the POST of a disk to a device URL of an import lease: sets the session's cookie, the agent and the check of the
 * host's certificate, and gives the request back unsent, with `headers` set; `signal` cuts it when the disk is given up. The body goes in chunks of unknown total length.
 */
export type OpenLeasePost = (url: string, headers: OutgoingHttpHeaders, signal: AbortSignal) => ClientRequest;

export interface LeaseSinkOptions {
  /** For messages: which disk of which VM. */
  readonly disk: string;
  /** Device URL of the import lease, its host filled in. */
  readonly url: string;
  readonly open: OpenLeasePost;
  /** bytes */
  readonly capacity: number;
  /** Told how many bytes have been handed to the connection in all. */
  progress?(bytesSent: number): void;
  readonly clock: Clock;
  readonly random: Random;
  /** zlib level; 1 when absent */
  readonly level?: number;
  /** For the embedded descriptor; `lsilogic`, which all SCSI controllers use, when absent. */
  readonly adapterType?: AdapterType;
  /** How long the host may take no byte, or give no answer at the end, before the upload is given up; 300,000 when absent. */
  readonly stallMsMax?: number;
}

const stallMsMaxDefault = 300_000;

/**
 * A disk of a VM that an import lease is creating: sent as a stream-optimised VMDK while it is written, ascending.
 *
 * The POST begins with the first bytes written. `flush` can only say that the host has taken the bytes: they are durable after
 * `close`. `abort` breaks the connection before the end of the stream; the lease is the caller's to abort.
 *
 * @throws `DISK_UPLOAD_FAILED`, `DISK_UPLOAD_REFUSED`, `DISK_TOO_LARGE`
 */
export function leaseSink(options: LeaseSinkOptions): DiskSink {
  checkCapacity(options.disk, options.capacity);
  const upload = new LeaseUpload({ ...options, stallMsMax: options.stallMsMax ?? stallMsMaxDefault });
  const writer = new StreamOptimizedWriter({
    disk: options.disk,
    capacity: options.capacity,
    contentId: contentIdFrom(options.random),
    level: options.level ?? 1,
    emit: (bytes) => upload.send(bytes),
    ...(options.adapterType === undefined ? {} : { adapterType: options.adapterType }),
  });
  return guardedSink(options.disk, options.capacity, {
    order: 'ascending',
    transport: 'lease',
    write: (offset, bytes) => writer.write(offset, bytes),
    // What is never written reads as zero.
    zero: async () => {},
    flush: () => writer.flush(),
    finish: async () => {
      await writer.finish();
      await upload.finish();
    },
    cancel: (reason) => upload.cancel(reason),
    discard: async () => {
      upload.cancel(undefined);
      await writer.settled();
    },
  });
}
