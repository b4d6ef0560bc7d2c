import { lineage } from '../inventory/entity.ts';
import type { Call } from '../soap/call.ts';
import type { Vcenter } from '../vcenter.ts';
import type { Machine } from '../vm/machine.ts';
import type { EventPlace } from './event-log.ts';

/** Posts an event about a VM in the name of the caller. */
export function vmEvent(call: Call, type: string, machine: Machine, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  postVmEvent(call.vcenter, call.session?.userName ?? '', type, machine, message, fields);
}

export function postVmEvent(
  vcenter: Vcenter,
  userName: string,
  type: string,
  machine: Machine,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  const isTyped = type !== 'EventEx' && type !== 'TaskEvent';
  vcenter.events.post(type, userName, message, placeOf(machine), { ...(isTyped && { template: machine.template }), ...fields });
}

/** An event that has only an id, as newer vCenter versions post them. */
export function vmEventEx(vcenter: Vcenter, eventTypeId: string, machine: Machine, message: string, severity = 'info'): void {
  const fields = { eventTypeId, severity, objectId: machine.ref.value, objectType: 'VirtualMachine', objectName: machine.name };
  postVmEvent(vcenter, '', 'EventEx', machine, message, fields);
}

export function placeOf(machine: Machine): EventPlace {
  const cluster = machine.host.parent;
  return {
    entities: [machine, ...lineage(machine).slice(1), machine.host, machine.pool, ...(cluster === undefined ? [] : [cluster]), machine.datastore].map(
      (at) => at.ref,
    ),
    fields: {
      datacenter: { $type: 'DatacenterEventArgument', name: machine.datacenter.name, datacenter: machine.datacenter.ref },
      computeResource: cluster && { $type: 'ComputeResourceEventArgument', name: cluster.name, computeResource: cluster.ref },
      host: { $type: 'HostEventArgument', name: machine.host.name, host: machine.host.ref },
      vm: { $type: 'VmEventArgument', name: machine.name, vm: machine.ref },
    },
  };
}
