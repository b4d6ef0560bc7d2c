/** One SOAP call or HTTP request the simulator answered. */
export interface JournalCall {
  /** SOAP method, or `GET /folder` and the like. */
  readonly method: string;
  /** Managed object id, or the datastore path. */
  readonly entity: string;
  /** Display name of the entity where it has one. */
  readonly name?: string;
  /** The caller's operation id, from the SOAP header. */
  readonly operationId?: string;
  /** `ok`, or the fault's type, or the HTTP status. */
  readonly outcome: string;
}

/** Bytes of one datastore file that left through `/folder`. `start` included, `end` excluded. */
export interface JournalRead {
  /** `[datastore] path`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

const callsMax = 100_000;
const readsMax = 1_000_000;

/** What the simulator writes down. Bounded: the oldest entries go first. */
export class RecordingJournal {
  calls: JournalCall[] = [];
  reads: JournalRead[] = [];

  clear(): void {
    this.calls = [];
    this.reads = [];
  }

  call(entry: JournalCall): void {
    this.calls.push(entry);
    if (this.calls.length > callsMax) this.calls.splice(0, callsMax / 10);
  }

  /** Begins an entry; its `end` grows as bytes leave. */
  read(file: string, start: number): { end: number } {
    const entry = { file, start, end: start };
    this.reads.push(entry);
    if (this.reads.length > readsMax) this.reads.splice(0, readsMax / 10);
    return entry;
  }
}
