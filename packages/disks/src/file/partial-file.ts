export interface FileSinkOptions {
  /** bytes */
  readonly capacity: number;
  /** Replace a file of this name, and a half-written one that an earlier restore left. */
  readonly overwrite?: boolean;
}
