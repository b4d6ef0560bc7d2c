import { vmEvent } from '../event/vm-event.ts';
import type { Call, Handlers } from '../soap/call.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import type { Vcenter } from '../vcenter.ts';
import { requirePoweredOff } from './destroy.ts';
import { exclusively } from './exclusive.ts';
import { isMachine, type Machine } from './machine.ts';

export const powerHandlers: Handlers = {
  PowerOnVM_Task: (call) => {
    const machine = machineOf(call);
    if (machine.template) throw vimFault('NotSupported', 'The operation is not supported on a template.');
    return exclusively(call, machine, {
      descriptionId: 'VirtualMachine.powerOn',
      work: async () => {
        if (machine.power === 'poweredOn') throw invalidPower(machine, 'poweredOff');
        await powerOn(call.vcenter, machine);
        vmEvent(call, 'VmPoweredOnEvent', machine, `${machine.name} on ${machine.host.name} in ${machine.datacenter.name} has powered on`);
      },
    });
  },
  PowerOffVM_Task: (call) => {
    const machine = machineOf(call);
    return exclusively(call, machine, {
      descriptionId: 'VirtualMachine.powerOff',
      work: async () => {
        if (machine.power !== 'poweredOn') throw invalidPower(machine, 'poweredOn');
        await powerOff(call.vcenter, machine);
        vmEvent(call, 'VmPoweredOffEvent', machine, `${machine.name} on ${machine.host.name} in ${machine.datacenter.name} is powered off`);
      },
    });
  },
  ShutdownGuest: async (call) => {
    const machine = machineOf(call);
    if (machine.power !== 'poweredOn') throw invalidPower(machine, 'poweredOn');
    if (machine.tools !== 'running')
      throw vimFault('ToolsUnavailable', 'Cannot complete operation because VMware Tools is not running in this virtual machine.');
    await powerOff(call.vcenter, machine);
    vmEvent(call, 'VmPoweredOffEvent', machine, `${machine.name} on ${machine.host.name} in ${machine.datacenter.name} is powered off`);
  },
  MarkAsTemplate: (call) => {
    const machine = machineOf(call);
    requirePoweredOff(machine);
    machine.template = true;
    call.vcenter.world.touch();
  },
  MarkAsVirtualMachine: (call) => {
    machineOf(call).template = false;
    call.vcenter.world.touch();
  },
  RefreshStorageInfo: () => undefined,
};

export async function powerOn(vcenter: Vcenter, machine: Machine): Promise<void> {
  machine.power = 'poweredOn';
  machine.bootTimeMs = vcenter.clock.now();
  // A power cycle is a stun: change tracking that was asked for becomes effective.
  for (const { disk, layer } of machine.disks.values()) if (layer === undefined) await disk.stun();
  vcenter.world.touch();
}

async function powerOff(vcenter: Vcenter, machine: Machine): Promise<void> {
  machine.power = 'poweredOff';
  machine.bootTimeMs = undefined;
  for (const { disk, layer } of machine.disks.values()) if (layer === undefined) await disk.stun();
  vcenter.world.touch();
}

export function machineOf(call: Call): Machine {
  if (!isMachine(call.target)) throw invalidArgument('_this');
  return call.target;
}

function invalidPower(machine: Machine, requestedState: string): Error {
  const state = machine.power === 'poweredOn' ? 'Powered on' : 'Powered off';
  return vimFault('InvalidPowerState', `The attempted operation cannot be performed in the current state (${state}).`, {
    requestedState,
    existingState: machine.power,
  });
}
