import type { FaultRule } from './faults.ts';
import type { VmView } from './handle.ts';
import type { JournalCall, JournalRead } from './journal.ts';

/** What a simulator in its own process prints when it is ready. */
export interface Ready {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly thumbprintSha256: string;
  readonly thumbprintSha1: string;
  readonly caPem: string;
}

/** One line on its standard input; each has one key. Every line is answered by one line: `{ "ok": … }` or `{ "error": "…" }`, in order. */
export interface Commands {
  readonly writeExtent: { readonly vm: string; readonly disk: number; readonly offset: number; readonly base64: string };
  readonly writeImage: { readonly vm: string; readonly disk: number; readonly file: string };
  readonly unmap: { readonly vm: string; readonly disk: number; readonly offset: number; readonly length: number };
  readonly readDisk: { readonly vm: string; readonly disk: number; readonly offset: number; readonly length?: number };
  readonly exportDisk: { readonly vm: string; readonly disk: number; readonly file: string; readonly snapshot?: string };
  readonly lieAboutChanges: {
    readonly vm: string;
    readonly disk: number;
    readonly way?: { readonly dropOneAreaIn?: number; readonly beginsAfterFreeze?: boolean };
  };
  readonly vm: { readonly name: string };
  readonly vms: object;
  readonly addFaults: { readonly rules: readonly FaultRule[] };
  readonly clearFaults: object;
  readonly cutEveryBytes: { readonly bytes?: number };
  readonly dropSessions: object;
  readonly consolidationNeededAfterRemovals: { readonly count: number };
  readonly loseSnapshot: { readonly vm: string; readonly snapshot: string };
  readonly calls: object;
  readonly reads: object;
  readonly clearJournal: object;
}

/** What each command's `ok` holds. */
export interface Answers {
  readonly writeExtent: null;
  readonly writeImage: { readonly compared: number; readonly written: number };
  readonly unmap: null;
  readonly readDisk: { readonly base64: string };
  readonly exportDisk: null;
  readonly lieAboutChanges: null;
  readonly vm: VmView;
  readonly vms: readonly VmView[];
  readonly addFaults: null;
  readonly clearFaults: null;
  readonly cutEveryBytes: null;
  readonly dropSessions: null;
  readonly consolidationNeededAfterRemovals: null;
  readonly loseSnapshot: null;
  readonly calls: readonly JournalCall[];
  readonly reads: readonly JournalRead[];
  readonly clearJournal: null;
}

export type CommandName = keyof Commands;
