import { defineErrors } from '@holdfast/kit';

export const engineErrors = defineErrors({
  ENGINE_VM_ABSENT: {
    kind: 'absent',
    meaning: 'No VM of the vCenter has this name or path.',
    advice: 'Check the spelling, and that the account may see the VM; names are compared exactly, * and ? stand for any characters.',
  },
  ENGINE_VM_BUSY: {
    kind: 'conflict',
    meaning: 'Another Holdfast process is backing up this VM at this moment.',
    advice: 'Wait for it to end; a VM is backed up once at a time.',
  },
  ENGINE_VM_INELIGIBLE: {
    kind: 'usage',
    meaning: 'The VM is of a kind, or in a state, that can not be backed up through snapshots.',
    advice: 'Read the reason; convert a template to a VM, reconnect the host, or answer the VM’s question in vCenter, then run again.',
  },
  ENGINE_NO_DISKS: {
    kind: 'usage',
    meaning: 'None of the VM’s disks can be backed up through a snapshot.',
    advice: 'The message names the reason for every disk; change the disks’ mode in vCenter where that is possible.',
  },
  ENGINE_SNAPSHOT_LOST: {
    kind: 'conflict',
    meaning: 'The snapshot disappeared while its disks were being read, so the bytes read may be from different moments.',
    advice: 'Find out who removed it (vCenter keeps the task) and run the backup again.',
  },
  ENGINE_POINT_ABSENT: {
    kind: 'absent',
    meaning: 'The vault has no recovery point that fits.',
    advice: 'List what is there with "holdfast points".',
  },
  ENGINE_POINT_AMBIGUOUS: {
    kind: 'usage',
    meaning: 'More than one VM or recovery point fits what was given.',
    advice: 'Give the id of the point as "holdfast points" shows it.',
  },
  ENGINE_POINT_UNREADABLE: {
    kind: 'damaged',
    meaning: 'A recovery point is in the vault but can not be read.',
    advice: 'Choose another point; every point restores on its own.',
  },
  ENGINE_DISK_ABSENT: {
    kind: 'absent',
    meaning: 'The recovery point has no such disk.',
    advice: 'List the point’s disks with "holdfast points POINT".',
  },
  ENGINE_NAME_TAKEN: {
    kind: 'conflict',
    meaning: 'A VM of that name is already in the target folder; it was left as it is.',
    advice: 'Give the restored VM another name, or ask for the existing one to be replaced.',
  },
  ENGINE_OVERWRITE_REFUSED: {
    kind: 'conflict',
    meaning: 'The existing VM can not be replaced as it is now.',
    advice: 'Power the existing VM off, or restore under another name.',
  },
  ENGINE_PLACEMENT: {
    kind: 'usage',
    meaning: 'The place for the restored VM (folder, host, resource pool, datastore, network) is not there or not decided.',
    advice: 'Name the place that the message asks for; it lists what there is.',
  },
  ENGINE_CONFIGURATION_UNREADABLE: {
    kind: 'damaged',
    meaning: 'The configuration kept with the point can not be understood.',
    advice: 'Restore the disks to files with "holdfast restore disk"; they don’t need it.',
  },
  ENGINE_CLEANUP_FAILED: {
    kind: 'unavailable',
    meaning: 'Something of ours could not be removed from vCenter.',
    advice: 'Run "holdfast sweep" when vCenter answers again; the next backup of the VM tries as well.',
  },
  ENGINE_ABORTED: {
    kind: 'cancelled',
    meaning: 'The job was interrupted; its snapshot was removed and nothing was committed.',
    advice: 'Run it again: what had reached the vault is reused where a collection has not taken it.',
  },
});
