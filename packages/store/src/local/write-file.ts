import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { storeErrors } from '../errors.ts';

/** One write call. Large enough to be cheap, small enough to hash between two of them without holding up the event loop (about 1 ms). */
const sliceBytes = 1024 * 1024;

/** Writes and syncs a new file; hashes while the file system is busy with the slice before. @throws `STORE_DAMAGED` */
export async function writeFileSynced(path: string, body: Uint8Array, sha256: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<FileHandle> {
  const handle = await open(path, 'wx', 0o640);
  try {
    const hash = sha256 === undefined ? undefined : createHash('sha256');
    for (let at = 0; at < body.length; at += sliceBytes) {
      signal?.throwIfAborted();
      const slice = body.subarray(at, at + sliceBytes);
      const written = writeAll(handle, slice, at);
      hash?.update(slice);
      await written;
    }
    if (hash !== undefined && !hash.digest().equals(sha256!)) throw storeErrors.create('STORE_DAMAGED', 'the body does not have the SHA-256 that came with it');
    await handle.sync();
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

/** Exactly `length` bytes from `position`; `undefined` when the file ends before. */
export async function readExactly(handle: FileHandle, position: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let at = 0; at < length; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(bytes, at, Math.min(length - at, 4 * sliceBytes), position + at);
    if (bytesRead === 0) return undefined;
    at += bytesRead;
  }
  return bytes;
}
