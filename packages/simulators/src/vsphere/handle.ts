import type { FaultRule } from './faults.ts';
import type { JournalCall, JournalRead } from './journal.ts';

/** A running simulated vCenter, in this process or in one of its own: the same for both. */
export interface VsphereSimulator extends AsyncDisposable {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** `XX:XX:…` of the server's certificate. */
  readonly thumbprintSha256: string;
  readonly thumbprintSha1: string;
  /** The certificate itself, which is its own CA. */
  readonly caPem: string;
  /** What a VM is now, by its name. */
  vm(name: string): Promise<VmView>;
  /** All VMs, in no order that matters. */
  vms(): Promise<readonly VmView[]>;
  /** Plays the guest of the VM of that name. */
  guest(name: string): Guest;
  readonly faults: FaultScript;
  readonly journal: Journal;
  close(): Promise<void>;
}

export interface VmView {
  readonly name: string;
  readonly moref: string;
  readonly uuid: string;
  readonly instanceUuid: string;
  readonly powerState: string;
  readonly changeTrackingEnabled: boolean;
  readonly consolidationNeeded: boolean;
  /** Parents before children. */
  readonly snapshots: readonly { readonly name: string; readonly moref: string; readonly quiesced: boolean; readonly isCurrent: boolean }[];
  readonly disks: readonly {
    readonly key: number;
    readonly capacityBytes: number;
    /** `[datastore] path` of the live descriptor. */
    readonly fileName: string;
    /** Of the interval that runs now. */
    readonly changeId?: string;
    /** How many files stand on each other. */
    readonly chainLength: number;
  }[];
  /** Methods somebody disabled. */
  readonly disabledMethods: readonly string[];
}

/** Disks are counted from 0, in the order of their device keys. Offsets and lengths are bytes. */
export interface Guest {
  writeExtent(disk: number, offset: number, bytes: Uint8Array): Promise<void>;
  /** The disk becomes what the raw image holds; only blocks that differ are written, as a guest would. */
  writeImage(disk: number, file: string): Promise<{ readonly compared: number; readonly written: number }>;
  /** The guest trims: reads as zero from now on. */
  unmap(disk: number, offset: number, length: number): Promise<void>;
  readDisk(disk: number, offset?: number, length?: number): Promise<Uint8Array>;
  /** Writes the whole disk to a new sparse raw file: as it is now, or as it was at a snapshot. */
  exportDisk(disk: number, file: string, options?: { readonly snapshot?: string }): Promise<void>;
  /** Change tracking lies from now on, in one of the ways real hosts were found to; without a way it is honest again. */
  lieAboutChanges(disk: number, way?: { readonly dropOneAreaIn?: number; readonly beginsAfterFreeze?: boolean }): Promise<void>;
}

/** Everything that can be made to go wrong; changed at any time while the simulator runs. */
export interface FaultScript {
  add(...rules: readonly FaultRule[]): Promise<void>;
  clear(): Promise<void>;
  /** Breaks a connection after every so many bytes of `/folder` body it carried; undefined: never. */
  cutEveryBytes(bytes: number | undefined): Promise<void>;
  /** Ends all sessions at once, as a restarted vCenter does. */
  dropSessions(): Promise<void>;
  /** So many removals of snapshots from now on succeed but leave the disks behind: `consolidationNeeded` becomes true. */
  consolidationNeededAfterRemovals(count: number): Promise<void>;
  /** The snapshot vanishes behind everybody's back, as when another product removes it. */
  loseSnapshot(vm: string, snapshot: string): Promise<void>;
}

/** What happened, for tests to assert. Bounded: the oldest entries go first. */
export interface Journal {
  calls(): Promise<readonly JournalCall[]>;
  /** Bytes of datastore files that left through `/folder`, in the order in which they left. */
  reads(): Promise<readonly JournalRead[]>;
  clear(): Promise<void>;
}
