import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import type { Clock, Random } from '@holdfast/kit';
import type { DiskSink } from '../disk.ts';

/**
 * Begins the POST of a disk to a device URL of an import lease: sets the session's cookie, the agent and the check of the
 * host's certificate, and gives the request back unsent, with `headers` set. The body goes in chunks of unknown total length.
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
  /** How long the host may take no byte, or give no answer at the end, before the upload is given up; 300,000 when absent. */
  readonly stallMsMax?: number;
}

/** A disk of a VM that an import lease is creating: sent as a stream-optimised VMDK while it is written, ascending. */
export function leaseSink(_options: LeaseSinkOptions): DiskSink {
  throw new Error('being built');
}
