/** What the head of a stream-optimised VMDK says. */
export interface StreamDiskInfo {
  /** bytes */
  readonly capacity: number;
  /** The text descriptor inside the stream. */
  readonly descriptor: string;
}

/** Where decoded bytes go; what isn't written is zero. */
export interface StreamDiskSink {
  /** Called once, before the first write. */
  begin?(info: StreamDiskInfo): Promise<void> | void;
  write(offset: number, bytes: Uint8Array): Promise<void>;
}

export interface DecodeStreamOptions {
  /**
   * Also accept streams with the grain directory in front and no footer, as qemu-img makes them.
   * A host's lease takes both; our own encoder is held to the strict form. False when absent.
   */
  readonly allowDirectoryInFront?: boolean;
}

export interface StreamDiskReport extends StreamDiskInfo {
  /** bytes of disk that the stream carried */
  readonly populated: number;
  /** bytes of stream */
  readonly size: number;
}
