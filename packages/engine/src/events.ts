import type { DiskStatistics } from '@holdfast/vault';

/** Names a VM in an event: enough for a person, and stable within one vCenter. */
export interface VmLabel {
  readonly name: string;
  readonly moref: string;
}

export interface DiskLabel {
  readonly key: number;
  readonly label: string;
  /** bytes */
  readonly capacity: number;
}

/** The steps of a job on one VM, in the order in which they come. */
export type Step = 'sweep' | 'inspect' | 'tracking' | 'session' | 'snapshot' | 'read' | 'release' | 'commit' | 'create' | 'write' | 'finish';

/** What a job tells while it runs. Everything that decides something is also in the job's result; events may be dropped. */
export type EngineEvent =
  | { readonly type: 'selected'; readonly vms: readonly VmLabel[] }
  | { readonly type: 'vm-started'; readonly vm: VmLabel }
  | { readonly type: 'step'; readonly vm: VmLabel; readonly step: Step; readonly detail?: string }
  | {
      readonly type: 'disk-started';
      readonly vm: VmLabel;
      readonly disk: DiskLabel;
      readonly mode: 'full' | 'incremental' | 'restore';
      readonly reason?: string;
    }
  | {
      readonly type: 'disk-progress';
      readonly vm: VmLabel;
      readonly disk: DiskLabel;
      /** bytes */
      readonly done: number;
      readonly total: number;
      readonly statistics?: DiskStatistics;
    }
  | { readonly type: 'disk-finished'; readonly vm: VmLabel; readonly disk: DiskLabel; readonly statistics?: DiskStatistics }
  | { readonly type: 'notice'; readonly vm?: VmLabel; readonly code: string; readonly message: string }
  | { readonly type: 'vm-finished'; readonly vm: VmLabel; readonly outcome: 'done'; readonly seconds: number; readonly point?: string }
  | { readonly type: 'vm-finished'; readonly vm: VmLabel; readonly outcome: 'failed'; readonly seconds: number; readonly error: unknown };

export type OnEvent = (event: EngineEvent) => void;
