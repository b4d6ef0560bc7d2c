/**
 * What a source needs of the vCenter's datastore files; paths are `[datastore] folder/name`.
 *
 * Errors sort themselves by kind: `absent` (proven not there), `conflict` (locked by a host), `access`;
 * `unavailable` and errors of the network are tried again here, so an implementation need not retry.
 */
export interface DatastoreFiles {
  /** @returns bytes */
  size(path: string, signal?: AbortSignal): Promise<number>;
  /**
   * Fills `into` with the bytes from `offset` on. Whoever can, calls `filled` with the number of bytes that have
   * arrived in `into` so far, counted from its start: after a cut connection only the rest is asked for again.
   */
  read(path: string, offset: number, into: Uint8Array, signal?: AbortSignal, filled?: (bytes: number) => void): Promise<void>;
}
