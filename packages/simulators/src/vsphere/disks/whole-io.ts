import type { FileHandle } from 'node:fs/promises';
import { storageErrors } from './errors.ts';

/** Fills `into` from `position`. @throws `DISK_DAMAGED` when the file ends before */
export async function readWhole(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0)
      throw storageErrors.create('DISK_DAMAGED', `${path} ends at ${position + done}, before ${position + into.length}`, { subject: { file: path } });
    done += bytesRead;
  }
}

export async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}
