/** What vSphere calls a guest, by its id; anything else is shown by its id. */
const fullNames: Readonly<Record<string, string>> = {
  debian11_64Guest: 'Debian GNU/Linux 11 (64-bit)',
  debian12_64Guest: 'Debian GNU/Linux 12 (64-bit)',
  ubuntu64Guest: 'Ubuntu Linux (64-bit)',
  rhel9_64Guest: 'Red Hat Enterprise Linux 9 (64-bit)',
  otherLinux64Guest: 'Other Linux (64-bit)',
  other5xLinux64Guest: 'Other 5.x Linux (64-bit)',
  windows2019srv_64Guest: 'Microsoft Windows Server 2019 (64-bit)',
  windows2019srvNext_64Guest: 'Microsoft Windows Server 2022 (64-bit)',
  otherGuest: 'Other (32-bit)',
  otherGuest64: 'Other (64-bit)',
};

export function guestFullName(guestId: string): string {
  return fullNames[guestId] ?? guestId;
}

export function guestFamily(guestId: string): string {
  if (/^win/i.test(guestId)) return 'windowsGuest';
  if (/linux|debian|ubuntu|rhel|centos|sles|suse|fedora|photon|oracle|rocky|alma|coreos|asianux/i.test(guestId)) return 'linuxGuest';
  return 'otherGuestFamily';
}
