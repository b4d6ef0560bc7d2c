/** What tells whether a disk is the one that an earlier point holds. Kept with every point. */
export interface DiskIdentity {
  /** `6000C29…`, given by ESXi when the disk was made; stays with it when it moves */
  readonly uuid?: string | undefined;
  /** vCenter's own id of the disk within the VM, `1-2000` */
  readonly objectId?: string | undefined;
  /** datastore path of the base file, at the end of the chain of deltas */
  readonly rootFile?: string | undefined;
  /** backing type, `VirtualDiskFlatVer2BackingInfo` */
  readonly backing?: string | undefined;
  readonly mode?: string | undefined;
}

/** As a point stores it: plain text by name, without what isn't known. */
export function identityRecord(identity: DiskIdentity): Record<string, string> {
  return Object.fromEntries(Object.entries(identity).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
