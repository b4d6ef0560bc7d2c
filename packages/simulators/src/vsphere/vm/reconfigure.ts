import { vmEvent } from '../event/vm-event.ts';
import { plainName } from '../inventory/entity.ts';
import { refuseDuplicate } from '../inventory/entity-methods.ts';
import { type Handlers, sessionOf } from '../soap/call.ts';
import { requirePrivilege } from '../soap/privilege.ts';
import { invalidArgument, vimFault } from '../soap/vim-fault.ts';
import { applySpec, type ConfigSpec } from './apply-spec.ts';
import { refreshLinks } from './build-machine.ts';
import { configInfo } from './config-info.ts';
import type { DeviceChange } from './device-changes.ts';
import { configurationChanged, exclusively } from './exclusive.ts';
import { placeNics } from './nics.ts';
import { machineOf } from './power.ts';
import { saveVmx } from './vmx-file.ts';

export const reconfigureHandlers: Handlers = {
  ReconfigVM_Task: (call) => {
    const machine = machineOf(call);
    const spec = call.parameters.spec as ConfigSpec;
    for (const privilege of privilegesFor(spec)) requirePrivilege(call.vcenter, sessionOf(call), privilege, machine);
    const name = spec.name as string | undefined;
    if (name === '') throw invalidArgument('spec.name');
    return exclusively(call, machine, {
      descriptionId: 'VirtualMachine.reconfigure',
      work: async () => {
        const expected = spec.changeVersion;
        if (expected !== undefined && expected !== '' && expected !== configInfo(machine).changeVersion) {
          throw vimFault('ConcurrentAccess', 'The configuration has been changed by somebody else.');
        }
        if (name !== undefined) refuseDuplicate(machine.parent, plainName(name), machine);
        await applySpec(call.vcenter, machine, spec);
        if (name !== undefined) machine.name = plainName(name);
        placeNics(call.vcenter, machine);
        refreshLinks(machine);
        configurationChanged(machine, call.vcenter.clock.now());
        await saveVmx(machine);
        const message = `Reconfigured ${machine.name} on ${machine.host.name} in ${machine.datacenter.name}`;
        vmEvent(call, 'VmReconfiguredEvent', machine, message, { configSpec: told(spec) });
      },
    });
  },
};

/** The event tells the spec without what only the client knew. */
function told(spec: ConfigSpec): Record<string, unknown> {
  return { $type: 'VirtualMachineConfigSpec', ...spec };
}

const devicePrivileges: Readonly<Record<string, string>> = {
  'add create': 'VirtualMachine.Config.AddNewDisk',
  add: 'VirtualMachine.Config.AddExistingDisk',
  remove: 'VirtualMachine.Config.RemoveDisk',
  'remove destroy': 'VirtualMachine.Config.RemoveDisk',
};

function privilegesFor(spec: ConfigSpec): string[] {
  const wanted = new Set<string>();
  for (const field of Object.keys(spec)) {
    if (field === 'changeTrackingEnabled') wanted.add('VirtualMachine.Config.ChangeTracking');
    else if (field === 'name') wanted.add('VirtualMachine.Config.Rename');
    else if (field === 'numCPUs') wanted.add('VirtualMachine.Config.CPUCount');
    else if (field === 'memoryMB') wanted.add('VirtualMachine.Config.Memory');
    else if (field === 'annotation') wanted.add('VirtualMachine.Config.Annotation');
    else if (field === 'extraConfig') wanted.add('VirtualMachine.Config.AdvancedConfig');
    else if (field !== 'deviceChange' && field !== '$type') wanted.add('VirtualMachine.Config.Settings');
  }
  for (const { operation, fileOperation, device } of (spec.deviceChange as DeviceChange[] | undefined) ?? []) {
    const isDisk = device.$type === 'VirtualDisk';
    const what = fileOperation === undefined ? `${operation}` : `${operation} ${fileOperation}`;
    wanted.add(
      isDisk
        ? (devicePrivileges[what] ?? 'VirtualMachine.Config.EditDevice')
        : operation === 'edit'
          ? 'VirtualMachine.Config.EditDevice'
          : 'VirtualMachine.Config.AddRemoveDevice',
    );
  }
  return [...wanted];
}
