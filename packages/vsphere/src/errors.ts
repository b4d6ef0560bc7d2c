import { defineErrors } from '@holdfast/kit';

export const vsphereErrors = defineErrors({
  VSPHERE_ADDRESS: {
    kind: 'usage',
    meaning: 'The address of the vCenter or ESXi host is not one we can use.',
    advice: 'Give a host name or an https:// address.',
  },
  VSPHERE_UNREACHABLE: {
    kind: 'unavailable',
    meaning: 'The vCenter or host could not be reached, or the connection broke.',
    advice: 'Check name, port, firewall and that the server is up, then try again.',
  },
  VSPHERE_CERTIFICATE: {
    kind: 'access',
    meaning: 'The server showed a certificate we have no reason to trust; nothing was sent to it.',
    advice: 'Compare the thumbprint with the one the server itself shows, then give that thumbprint or the CA certificate.',
  },
  VSPHERE_SIGN_IN: {
    kind: 'access',
    meaning: 'The server refused the user name or password.',
    advice: 'Check user name (with its domain) and password, and that the account is not locked.',
  },
  VSPHERE_SESSION: {
    kind: 'access',
    meaning: 'The session ended, and signing in again did not bring it back.',
    advice: 'Check that the account may keep a session and that nobody ends it, then start again.',
  },
  VSPHERE_PERMISSION: {
    kind: 'access',
    meaning: 'The account lacks a privilege this needs.',
    advice: 'Give the role of the account the privilege named in the message.',
  },
  VSPHERE_RESTRICTED: {
    kind: 'access',
    meaning: 'The licence of the host allows no changes through its API (free ESXi).',
    advice: 'Use a licensed host or a vCenter that manages it.',
  },
  VSPHERE_ABSENT: { kind: 'absent', meaning: 'What was asked for is not there (any more).', advice: 'Read the inventory again and choose what is there.' },
  VSPHERE_CONFLICT: {
    kind: 'conflict',
    meaning: 'The state of the thing does not allow this: it exists already, is locked, or is in another power state.',
    advice: 'Bring it to the state named in the message, or choose another.',
  },
  VSPHERE_BUSY: {
    kind: 'unavailable',
    meaning: 'Another task works on the same thing, or its host does not answer.',
    advice: 'Wait until the other task has ended and try again.',
  },
  VSPHERE_SPACE: { kind: 'limit', meaning: 'The datastore has no room.', advice: 'Make room on the datastore or choose another.' },
  VSPHERE_QUIESCE: {
    kind: 'unavailable',
    meaning: 'The guest could not be brought to rest for the snapshot.',
    advice: 'Look at VMware Tools and at the writers in the guest, or allow a crash-consistent point.',
  },
  VSPHERE_REFUSED: {
    kind: 'usage',
    meaning: 'The server does not accept the request as it was made.',
    advice: 'Look at the fault in the message; the server log has more under the operation id.',
  },
  VSPHERE_SERVER: {
    kind: 'unavailable',
    meaning: 'The server failed while it carried out the request.',
    advice: 'Look in the server log under the operation id, then try again.',
  },
  VSPHERE_PROTOCOL: {
    kind: 'damaged',
    meaning: 'The server sent something that is not a vim25 answer.',
    advice: 'Check that the address is that of a vCenter or ESXi host and that no proxy stands between.',
  },
  VSPHERE_TIMEOUT: { kind: 'unavailable', meaning: 'The server took longer than we wait.', advice: 'Look at the load of the server and try again.' },
  VSPHERE_LIMIT: { kind: 'limit', meaning: 'An answer was larger than we accept.', advice: 'Ask for less at once; report it if the request was ours.' },
  VSPHERE_CANCELLED: { kind: 'cancelled', meaning: 'The operation was stopped.', advice: 'Start it again when wanted.' },
  VSPHERE_VALUE: {
    kind: 'internal',
    meaning: 'A value does not fit the type the vSphere schema gives it.',
    advice: 'Report this with the message.',
  },
  VSPHERE_XML: {
    kind: 'damaged',
    meaning: 'A document is not the XML that was expected, or goes beyond the bounds we set.',
    advice: 'Check what stands between us and the server.',
  },
  VSPHERE_CHANGES_UNKNOWN: {
    kind: 'unavailable',
    meaning: 'The server can’t tell which areas of a disk changed, or what it tells does not add up.',
    advice: 'Nothing needs doing for this run: the disk is read whole. If it happens every time, reset changed block tracking on the VM.',
  },
  DATASTORE_FILE_ABSENT: { kind: 'absent', meaning: 'The file is not on the datastore.', advice: 'Look at the datastore for what became of the file.' },
  DATASTORE_FILE_LOCKED: {
    kind: 'conflict',
    meaning: 'A host holds the file open and lets nobody read or write it.',
    advice: 'Power the VM off or take a snapshot, so that the file is no longer written to.',
  },
  DATASTORE_ACCESS: {
    kind: 'access',
    meaning: 'The account may not read or write files of the datastore.',
    advice: 'Give the role Datastore.Browse and Datastore.FileManagement on the datastore.',
  },
  DATASTORE_TRANSFER: {
    kind: 'unavailable',
    meaning: 'A transfer from or to a datastore failed.',
    advice: 'Try again; look at the load and the log of the host.',
  },
  LEASE_FAILED: {
    kind: 'unavailable',
    meaning: 'The server could not open or keep the lease for an import or export.',
    advice: 'Look at the task of the import in the vCenter for the reason.',
  },
});
