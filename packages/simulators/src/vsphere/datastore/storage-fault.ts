import { storageErrors } from '../disks/index.ts';
import { vimFault } from '../soap/vim-fault.ts';

/** What the storage refused, as the API says it. Anything else is passed on as it is. */
export function storageFault(error: unknown, file: string): unknown {
  if (storageErrors.is(error, 'DATASTORE_FILE_ABSENT', 'DISK_ABSENT')) return vimFault('FileNotFound', `File ${file} was not found`, { file });
  if (storageErrors.is(error, 'DATASTORE_FILE_EXISTS', 'DISK_EXISTS')) {
    return vimFault('FileAlreadyExists', `Cannot complete the operation because the file or folder ${file} already exists`, { file });
  }
  if (storageErrors.is(error, 'DATASTORE_PATH_REFUSED')) return vimFault('InvalidDatastorePath', `Invalid datastore path '${file}'.`, { datastorePath: file });
  return error;
}
