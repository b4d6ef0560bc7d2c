/** As much of a virtual disk as decides whether a snapshot freezes it and its bytes can be read. */
export interface DiskTraits {
  /** `VirtualDiskFlatVer2BackingInfo` … */
  readonly backing: string;
  readonly mode: string;
  readonly sharing?: string | undefined;
  readonly rawDeviceMode?: string | undefined;
}

/** Why a disk can't be part of a point, as a sentence goes on after "left out:"; `undefined` when it can. */
export function exclusionReason(disk: DiskTraits): string | undefined {
  if (disk.mode.startsWith('independent')) return 'the disk is independent, so that snapshots don’t freeze it';
  if (disk.mode === 'nonpersistent') return 'the disk is not persistent: what is written to it is thrown away';
  if (disk.rawDeviceMode === 'physicalMode') return 'the disk is a raw device in physical mode, so that snapshots don’t freeze it';
  if (/^VirtualDisk(Partitioned)?RawDiskVer2BackingInfo$/.test(disk.backing)) return 'the disk is a raw device of its host';
  if (disk.backing === 'VirtualDiskLocalPMemBackingInfo') return 'the disk lies in persistent memory, which has no snapshots';
  if (disk.sharing !== undefined && disk.sharing !== 'sharingNone') return 'the disk is written to by several VMs';
  return undefined;
}
