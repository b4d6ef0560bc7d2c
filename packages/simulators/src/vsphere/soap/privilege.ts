import type { ManagedObject } from '../inventory/world.ts';
import type { Session } from '../session/sessions.ts';
import type { Vcenter } from '../vcenter.ts';
import { vimFault } from './vim-fault.ts';

/** @throws NoPermission */
export function requirePrivilege(vcenter: Vcenter, session: Session, privilege: string, target: ManagedObject): void {
  if (!vcenter.sessions.missingPrivileges(session).has(privilege)) return;
  throw vimFault('NoPermission', 'Permission to perform this operation was denied.', { object: target.ref, privilegeId: privilege });
}
