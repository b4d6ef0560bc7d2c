import { defineErrors } from '@holdfast/kit';

/** What the simulated storage refuses. The SOAP side turns these into vim25 faults. */
export const storageErrors = defineErrors({
  DATASTORE_PATH_REFUSED: {
    kind: 'usage',
    meaning: 'A datastore path is not of the form `[datastore] folder/name`, or leads out of its datastore.',
    advice: 'Write the path as `[datastore] folder/name` without `..` and without a leading slash.',
  },
  DATASTORE_FILE_ABSENT: {
    kind: 'absent',
    meaning: 'There is no such file or folder on the datastore.',
    advice: 'Browse the datastore for its name.',
  },
  DATASTORE_FILE_EXISTS: {
    kind: 'conflict',
    meaning: 'There is a file or folder of that name on the datastore already.',
    advice: 'Choose another name, or delete what is there first.',
  },
  DATASTORE_FILE_TOO_LONG: {
    kind: 'limit',
    meaning: 'A range of a file was asked for that does not lie inside the file.',
    advice: 'Ask for a range inside the size that a listing shows.',
  },
  DISK_EXISTS: {
    kind: 'conflict',
    meaning: 'There is a virtual disk of that name in the folder already.',
    advice: 'Choose another name, or delete the disk first.',
  },
  DISK_ABSENT: {
    kind: 'absent',
    meaning: 'There is no virtual disk of that name in the folder.',
    advice: 'Browse the datastore for its name.',
  },
  DISK_DAMAGED: {
    kind: 'damaged',
    meaning: 'A file of a virtual disk is not what was written.',
    advice: 'Build the simulated estate again.',
  },
  DISK_CLOSED: {
    kind: 'usage',
    meaning: 'The virtual disk was closed before.',
    advice: 'Open the disk again.',
  },
  DISK_RANGE_REFUSED: {
    kind: 'usage',
    meaning: 'A read or a write reaches outside the virtual disk, or is not a whole number of sectors where it must be.',
    advice: 'Stay inside the capacity, in multiples of 512 bytes.',
  },
  DISK_RESIZE_REFUSED: {
    kind: 'usage',
    meaning: 'A virtual disk can only grow, and only while it has no snapshot.',
    advice: 'Remove the snapshots and ask for a larger capacity.',
  },
  LAYER_ABSENT: {
    kind: 'absent',
    meaning: 'The virtual disk has no such frozen state.',
    advice: 'Ask for one that the disk lists.',
  },
  CHAIN_TOO_LONG: {
    kind: 'limit',
    meaning: 'The virtual disk has as many snapshots in a row as a disk can have.',
    advice: 'Remove snapshots first.',
  },
  CHANGE_ID_REFUSED: {
    kind: 'usage',
    meaning:
      'Changed areas since that change id can not be told: tracking is off, the id is of another tracking, or it lies behind the state that was asked about.',
    advice: 'Read the whole disk instead.',
  },
  START_OFFSET_REFUSED: {
    kind: 'usage',
    meaning: 'Changed areas were asked for from an offset that does not lie inside the disk.',
    advice: 'Ask from an offset below the capacity.',
  },
  STREAM_DISK_DAMAGED: {
    kind: 'damaged',
    meaning: 'A stream that should be a stream-optimised virtual disk breaks the rules of the format or was cut.',
    advice: 'Send the disk again from its beginning, as stream-optimised VMDK.',
  },
  STREAM_DISK_TOO_LARGE: {
    kind: 'limit',
    meaning: 'A stream-optimised virtual disk is larger than the format or this reader can hold.',
    advice: 'Send a disk of at most 2 TiB with its directory at the end.',
  },
});
