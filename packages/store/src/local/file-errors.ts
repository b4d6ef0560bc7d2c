import type { HoldfastError } from '@holdfast/kit';
import { storeErrors } from '../errors.ts';

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What a failed system call means for the caller of a store. Errors of our own pass through. */
export function explainFileError(error: unknown, doing: string, key: string, root: string): unknown {
  const code = codeOf(error);
  if (code === undefined || storeErrors.is(error) || (error as Error).name === 'AbortError') return error;
  const create = (storeCode: Parameters<typeof storeErrors.create>[0], text: string, advice?: string): HoldfastError =>
    storeErrors.create(storeCode, `${doing} ${key} in ${root}: ${text} (${code})`, { subject: { key, store: root }, cause: error, ...(advice && { advice }) });
  switch (code) {
    case 'ENOSPC':
      return create('STORE_FULL', 'no space is left on the file system; nothing of the object was kept');
    case 'EDQUOT':
      return create('STORE_FULL', 'the disk quota is used up; nothing of the object was kept');
    case 'EFBIG':
      return create('STORE_TOO_LARGE', 'the file system does not take a file of this size');
    case 'EACCES':
    case 'EPERM':
      return create('STORE_ACCESS', 'the file system refuses this user', 'Give the user that runs holdfast the right to read and write this folder.');
    case 'EROFS':
      return create(
        'STORE_ACCESS',
        'the file system is mounted read-only',
        'Mount it for writing; look into the kernel log for the reason if nobody asked for this.',
      );
    case 'ENOTDIR':
    case 'EISDIR':
      return create('STORE_UNSUITABLE', 'a part of this key is an object already, and a folder cannot hold both');
    case 'EXDEV':
      return create(
        'STORE_UNSUITABLE',
        'the folder spans several file systems',
        'Keep one file system below the folder of a store: objects get their names by a link within it.',
      );
    case 'ENOTSUP':
    case 'EOPNOTSUPP':
    case 'ENOSYS':
      return create(
        'STORE_UNSUITABLE',
        'the file system lacks hard links',
        'Choose a file system with hard links (ext4, XFS, ZFS, Btrfs, NFS): creating an object only if absent rests on them.',
      );
    case 'EMFILE':
    case 'ENFILE':
      return create('STORE_UNREACHABLE', 'too many files are open', 'Raise the limit of open files (ulimit -n).');
    case 'EIO':
      return create(
        'STORE_UNREACHABLE',
        'the device reports an input/output error',
        'Look into the kernel log and at the health of the disk under this folder.',
      );
    default:
      return create('STORE_UNREACHABLE', 'the file system failed', 'Look into the kernel log and at the mount under this folder.');
  }
}
