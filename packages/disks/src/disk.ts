/** A run of bytes on a disk; offset and length in bytes, multiples of 512 except where the disk ends. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** A VM disk frozen at a snapshot, readable at random by several readers at once. */
export interface DiskSource {
  /** bytes */
  readonly capacity: number;
  /** For the record on the point: `nbdssl`, `hotadd`, `datastore-https`, `file`. */
  readonly transport: string;

  /**
   * What to read, ascending and not overlapping: areas changed since `since`, or areas in use when `since` is absent.
   * May name more than changed, never less. What isn't named reads as zero (in use) or as before (changed).
   *
   * @throws `CBT_UNUSABLE` when changed areas can't be told; the caller falls back to a full read and says why
   */
  extents(since?: string): AsyncIterable<Extent>;

  /** Fills `into` with the bytes at `offset`; holes read as zeros. Resumes after a cut connection by itself. */
  read(offset: number, into: Uint8Array, signal?: AbortSignal): Promise<void>;

  close(): Promise<void>;
}

/** Where restored bytes go. A sink starts out as zeros: what is never written reads as zero. */
export interface DiskSink {
  /** `ascending`: every write and zero must lie behind the one before. */
  readonly order: 'any' | 'ascending';
  /** For the record: `file:qcow2`, `lease`. */
  readonly transport: string;
  /** The bytes belong to the caller again when the promise settles. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  zero(offset: number, length: number): Promise<void>;
  /** Everything written is durable. */
  flush(): Promise<void>;
  /** Finishes the disk. After `abort` has been called, does nothing. */
  close(): Promise<void>;
  /** Gives up: leaves no half-written disk behind that could be taken for a whole one. */
  abort(reason: unknown): Promise<void>;
}
