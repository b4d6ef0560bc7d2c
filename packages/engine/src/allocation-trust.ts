import type { Datastore, Host } from '@holdfast/vsphere';

/**
 * Whether the list of areas in use may be believed. It is told on VMFS only, and completely also for what was written before tracking
 * was switched on since ESXi 8; elsewhere the whole disk is read and zeros are found on the way.
 */
export function allocationTrusted(datastore: Datastore | undefined, host: Host | undefined): boolean {
  return datastore?.type === 'VMFS' && Number.parseInt(host?.version ?? '0', 10) >= 8;
}
