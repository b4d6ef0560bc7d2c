import { defineErrors } from '@holdfast/kit';

export const diskErrors = defineErrors({
  CBT_UNUSABLE: {
    kind: 'unavailable',
    meaning: 'The changed areas of a disk can’t be told, so nothing smaller than the whole disk is safe to read.',
    advice: 'Nothing needs doing for this run: the whole disk is read instead. If it happens every time, reset changed block tracking on the VM.',
  },
  DISK_NOT_READABLE_AS_FILE: {
    kind: 'usage',
    meaning: 'The bytes of a disk don’t lie in a file on its datastore (vSAN, vVol, raw device) or lie there encrypted.',
    advice: 'Read this disk with the transport hotadd (a mover in a VM on the same cluster) or nbdssl.',
  },
  DISK_FORMAT_UNKNOWN: {
    kind: 'usage',
    meaning: 'A disk file is in a format, or uses a feature of it, that can’t be read as a file.',
    advice: 'Read this disk with the transport hotadd or nbdssl, or consolidate its snapshots and try again.',
  },
  DISK_CHAIN_BROKEN: {
    kind: 'damaged',
    meaning: 'The files of a disk don’t fit together: a parent isn’t the one the child was made from, or sizes differ.',
    advice: 'Check the disk in vCenter (consolidate its snapshots); if it stays, the VM itself is at risk: copy its data out.',
  },
  DISK_FILE_DAMAGED: {
    kind: 'damaged',
    meaning: 'A disk file is shorter than it says, or its tables point outside of it.',
    advice: 'Check the datastore and the disk in vCenter; if it stays, the VM itself is at risk: copy its data out.',
  },
  DISK_FILE_ABSENT: {
    kind: 'absent',
    meaning: 'A file of a disk is not where the disk’s description says it is.',
    advice: 'See whether the VM was moved or its snapshot removed meanwhile, and run again.',
  },
  DISK_FILE_LOCKED: {
    kind: 'conflict',
    meaning: 'A file of a disk can’t be read because a running host holds it.',
    advice: 'Read only the files frozen behind a snapshot; on a datastore that locks those too, use the transport hotadd or nbdssl.',
  },
  DISK_READ_FAILED: {
    kind: 'unavailable',
    meaning: 'A part of a disk could not be read, also not after several attempts.',
    advice: 'Check the connection to the vCenter and the health of the datastore, and run again.',
  },
  DISK_TARGET_EXISTS: {
    kind: 'conflict',
    meaning: 'The file a disk should be restored to exists already.',
    advice: 'Name another file, remove this one, or ask for it to be overwritten.',
  },
  DISK_TARGET_FAILED: {
    kind: 'unavailable',
    meaning: 'A restored disk could not be written to its file.',
    advice: 'Check the free space and the permissions of the target folder, and restore again.',
  },
  DISK_TARGET_FULL: {
    kind: 'limit',
    meaning: 'The file system a disk is restored to has no space left.',
    advice: 'Free space there or name a target elsewhere, and restore again.',
  },
  DISK_UPLOAD_REFUSED: {
    kind: 'access',
    meaning: 'The host doesn’t let this session write a restored disk.',
    advice: 'Check the privileges VApp.Import and VirtualMachine.Provisioning, and that the session is still signed in.',
  },
  DISK_UPLOAD_FAILED: {
    kind: 'unavailable',
    meaning: 'The host stopped or refused taking a restored disk; a stream of this kind can’t be resumed.',
    advice: 'Check the free space of the target datastore and the connection to the host, and restore this VM again.',
  },
  DISK_TOO_LARGE: {
    kind: 'limit',
    meaning: 'A disk is larger than the chosen format or target can hold.',
    advice: 'Choose raw or qcow2, or another transport.',
  },
  DISK_ABANDONED: {
    kind: 'cancelled',
    meaning: 'Something was written to a disk that had been given up or finished before.',
    advice: 'Look at the error reported before this one: it says why the disk was given up.',
  },
  DISK_MISUSED: {
    kind: 'internal',
    meaning: 'A disk was read or written outside of its capacity or against its order. This is a mistake in Holdfast.',
    advice: 'Please report this with the log of the run.',
  },
});
