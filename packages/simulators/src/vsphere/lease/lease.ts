import { createHash } from 'node:crypto';
import type { Clock } from '@holdfast/kit';
import type { LayerId, VirtualDisk } from '../disks/index.ts';
import { decodeStreamOptimized, encodeStreamOptimized } from '../disks/index.ts';
import type { ManagedObject, MoRef } from '../inventory/world.ts';
import { type VimFault, vimFault } from '../soap/vim-fault.ts';

/** One disk that travels under a lease. */
export interface LeaseDevice {
  /** `/vm-12/ParaVirtualSCSIController0:0` */
  readonly key: string;
  readonly importKey: string;
  /** Path on this server: `/nfc/<lease>/disk-0.vmdk`. */
  readonly path: string;
  readonly targetId: string;
  readonly disk: VirtualDisk;
  readonly layer?: LayerId;
  readonly datastore: MoRef;
  /** What went over the wire, for the manifest. */
  carried: { size: number; sha1: string; populated: number } | undefined;
}

export interface LeaseOrder {
  readonly ref: MoRef;
  readonly kind: 'import' | 'export';
  readonly entity: MoRef;
  readonly devices: readonly LeaseDevice[];
  readonly timeoutSeconds: number;
  readonly thumbprintSha1: string;
  readonly clock: Clock;
  /** Until the lease is ready. */
  readonly initializeMs: number;
  touch(): void;
  /** The lease is over. Called once. */
  ended(how: 'completed' | 'aborted'): Promise<void>;
}

/** An `HttpNfcLease`: for as long as it is kept alive, disks can be sent to or fetched from its addresses. */
export class Lease implements ManagedObject {
  readonly ref: MoRef;
  readonly order: LeaseOrder;
  state: 'initializing' | 'ready' | 'done' | 'error' = 'initializing';
  error: VimFault | undefined;
  percent = 0;
  #lastProgressMs: number;
  #transfers = 0;
  readonly #over = new AbortController();

  constructor(order: LeaseOrder) {
    this.ref = order.ref;
    this.order = order;
    this.#lastProgressMs = order.clock.now();
    void this.#live();
  }

  readonly properties = {
    state: () => this.state,
    info: () => (this.state === 'ready' ? this.#info() : undefined),
    error: () => this.error && { $type: 'LocalizedMethodFault', fault: this.error.fault, localizedMessage: this.error.message },
    initializeProgress: () => (this.state === 'initializing' ? 0 : 100),
    transferProgress: () => this.percent,
    mode: () => 'pushOrGet',
    capabilities: () => ({ $type: 'HttpNfcLeaseCapabilities', pullModeSupported: false, corsSupported: false }),
  };

  progress(percent: number): void {
    this.requireReady();
    this.percent = percent;
    this.#lastProgressMs = this.order.clock.now();
    this.order.touch();
  }

  async complete(): Promise<void> {
    this.requireReady();
    if (this.#transfers > 0) throw vimFault('InvalidState', 'A transfer is still running.');
    await this.#end('done', 'completed');
  }

  async abort(): Promise<void> {
    if (this.state !== 'ready' && this.state !== 'initializing') throw vimFault('InvalidState', 'The lease is over.');
    await this.#end('error', 'aborted', vimFault('RequestCanceled', 'The operation was canceled by a user.'));
  }

  requireReady(): void {
    if (this.state === 'ready') return;
    if (this.error !== undefined) throw this.error;
    throw vimFault('InvalidState', `The lease is ${this.state}.`);
  }

  /** Takes one disk as stream-optimised VMDK and writes its bytes. */
  async receive(device: LeaseDevice, body: AsyncIterable<Uint8Array>): Promise<void> {
    const sha1 = createHash('sha1');
    let size = 0;
    const counted = async function* (): AsyncIterable<Uint8Array> {
      for await (const part of body) {
        sha1.update(part);
        size += part.byteLength;
        yield part;
      }
    };
    await this.#transfer(async () => {
      const report = await decodeStreamOptimized(
        counted(),
        {
          begin: ({ capacity }) => {
            if (capacity > device.disk.capacity) throw vimFault('InvalidArgument', 'The stream is larger than the disk.', { invalidProperty: 'capacity' });
          },
          write: (offset, bytes) => device.disk.write(offset, bytes),
        },
        { allowDirectoryInFront: true },
      );
      await device.disk.flush();
      device.carried = { size, sha1: sha1.digest('hex'), populated: report.populated };
    });
  }

  /** Gives one disk as stream-optimised VMDK. */
  async *send(device: LeaseDevice): AsyncIterable<Uint8Array> {
    const sha1 = createHash('sha1');
    let size = 0;
    this.#transfers++;
    try {
      for await (const part of encodeStreamOptimized(device.disk, device.layer)) {
        this.requireReady();
        sha1.update(part);
        size += part.byteLength;
        yield part;
      }
      device.carried = { size, sha1: sha1.digest('hex'), populated: size };
    } finally {
      this.#transfers--;
    }
  }

  manifest(): Record<string, unknown>[] {
    return this.order.devices.flatMap((device) =>
      device.carried === undefined
        ? []
        : [
            {
              $type: 'HttpNfcLeaseManifestEntry',
              key: device.key,
              sha1: device.carried.sha1,
              size: device.carried.size,
              disk: true,
              capacity: device.disk.capacity,
              populatedSize: device.carried.populated,
            },
          ],
    );
  }

  async #transfer(work: () => Promise<void>): Promise<void> {
    this.requireReady();
    this.#transfers++;
    try {
      await work();
    } finally {
      this.#transfers--;
    }
  }

  /** Becomes ready, and ends in an error when nobody keeps it alive. A transfer alone doesn't: as on a real server, only progress does. */
  async #live(): Promise<void> {
    const { clock, timeoutSeconds } = this.order;
    const { signal } = this.#over;
    try {
      await clock.sleep(this.order.initializeMs, signal);
      if (this.state !== 'initializing') return;
      this.state = 'ready';
      this.#lastProgressMs = clock.now();
      this.order.touch();
      while (this.state === 'ready') {
        const left = this.#lastProgressMs + timeoutSeconds * 1000 - clock.now();
        if (left > 0) await clock.sleep(left, signal);
        else await this.#end('error', 'aborted', vimFault('Timedout', 'The lease timed out.'));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #end(state: 'done' | 'error', how: 'completed' | 'aborted', error?: VimFault): Promise<void> {
    this.state = state;
    this.error = error;
    this.#over.abort();
    await this.order.ended(how);
    this.order.touch();
  }

  /** Ends the watch over it, when the simulator closes. */
  close(): void {
    this.#over.abort();
  }

  #info(): Record<string, unknown> {
    const { devices, entity, timeoutSeconds, thumbprintSha1 } = this.order;
    return {
      $type: 'HttpNfcLeaseInfo',
      lease: this.ref,
      entity,
      deviceUrl: devices.map((device) => ({
        $type: 'HttpNfcLeaseDeviceUrl',
        key: device.key,
        importKey: device.importKey,
        url: `https://*${device.path}`,
        sslThumbprint: thumbprintSha1,
        disk: true,
        targetId: device.targetId,
        datastoreKey: device.datastore.value,
      })),
      totalDiskCapacityInKB: devices.reduce((sum, device) => sum + Math.floor(device.disk.capacity / 1024), 0),
      leaseTimeout: timeoutSeconds,
    };
  }
}
