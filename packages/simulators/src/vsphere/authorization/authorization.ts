import type { MoRef } from '../inventory/world.ts';
import { type Handlers, sessionOf } from '../soap/call.ts';
import { invalidArgument } from '../soap/vim-fault.ts';
import type { Vcenter } from '../vcenter.ts';
import { isMachine, type Machine } from '../vm/machine.ts';

export const authorizationHandlers: Handlers = {
  HasPrivilegeOnEntities: (call) => {
    const { entity, sessionId, privId } = call.parameters as { entity: MoRef[]; sessionId: string; privId?: string[] };
    const session = call.vcenter.sessions.all().find((one) => one.key === sessionId);
    if (session === undefined) throw invalidArgument('sessionId');
    const missing = call.vcenter.sessions.missingPrivileges(session);
    return entity.map((ref) => ({
      $type: 'EntityPrivilege',
      entity: call.vcenter.world.get(ref).ref,
      privAvailability: (privId ?? []).map((one) => ({ $type: 'PrivilegeAvailability', privId: one, isGranted: !missing.has(one) })),
    }));
  },
  HasPrivilegeOnEntity: (call) => {
    const { sessionId, privId } = call.parameters as { sessionId: string; privId?: string[] };
    const session = call.vcenter.sessions.all().find((one) => one.key === sessionId);
    if (session === undefined) throw invalidArgument('sessionId');
    const missing = call.vcenter.sessions.missingPrivileges(session);
    return (privId ?? []).map((one) => !missing.has(one));
  },
  DisableMethods: (call) => {
    const { entity, method, sourceId, sessionScope } = call.parameters as {
      entity: MoRef[];
      method: { method: string; reasonId: string }[];
      sourceId: string;
      sessionScope?: boolean;
    };
    for (const machine of entity.map((ref) => machineAt(call.vcenter, ref))) {
      const disabled = method.map((one) => ({ method: one.method, reasonId: one.reasonId, sourceId }));
      machine.disabled.push(...disabled);
      if (sessionScope === true) {
        sessionOf(call).onEnd.add(() => {
          machine.disabled = machine.disabled.filter((one) => !disabled.includes(one));
          call.vcenter.world.touch();
        });
      }
    }
    call.vcenter.world.touch();
  },
  EnableMethods: (call) => {
    const { entity, method, sourceId } = call.parameters as { entity: MoRef[]; method: string[]; sourceId: string };
    for (const machine of entity.map((ref) => machineAt(call.vcenter, ref))) {
      machine.disabled = machine.disabled.filter((one) => one.sourceId !== sourceId || !method.includes(one.method));
    }
    call.vcenter.world.touch();
  },
};

function machineAt(vcenter: Vcenter, ref: MoRef): Machine {
  const object = vcenter.world.get(ref);
  if (!isMachine(object)) throw invalidArgument('entity');
  return object;
}
