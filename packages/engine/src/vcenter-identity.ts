import type { Vcenter } from '@holdfast/vsphere';

/** What a vCenter is known by: its own id; a host that stands alone has none and is known by its name. */
export function vcenterIdentity(vcenter: Vcenter): string {
  return vcenter.about.instanceUuid ?? `host:${vcenter.address.host}`;
}
