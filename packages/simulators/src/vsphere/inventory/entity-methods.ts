import { vmEvent } from '../event/vm-event.ts';
import type { Handlers } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import { destroyMachine } from '../vm/destroy.ts';
import { exclusively } from '../vm/exclusive.ts';
import { isMachine } from '../vm/machine.ts';
import { saveVmx } from '../vm/vmx-file.ts';
import { type Entity, plainName } from './entity.ts';
import { createFolder, isFolder } from './folder.ts';

/** Methods of every entity, and of folders. */
export const entityHandlers: Handlers = {
  Reload: () => undefined,
  Rename_Task: (call) => {
    const entity = call.target as Entity;
    const name = plainName(call.parameters.newName as string);
    if (name === '') throw vimFault('InvalidName', 'The name is empty.', { name });
    const rename = async (): Promise<void> => {
      refuseDuplicate(entity.parent, name, entity);
      const oldName = entity.name;
      entity.name = name;
      if (isMachine(entity)) {
        await saveVmx(entity);
        vmEvent(call, 'VmRenamedEvent', entity, `Renamed ${name} from ${oldName} to ${name} in ${entity.datacenter.name}`, { oldName, newName: name });
      }
      call.vcenter.world.touch();
    };
    if (isMachine(entity)) return exclusively(call, entity, { descriptionId: 'ManagedEntity.rename', work: rename });
    return call.startTask({ descriptionId: 'ManagedEntity.rename', work: rename });
  },
  Destroy_Task: (call) => {
    const entity = call.target as Entity;
    if (isMachine(entity))
      return exclusively(call, entity, { descriptionId: 'VirtualMachine.destroy', work: () => destroyMachine(call.vcenter, entity, call) });
    if (!isFolder(entity)) throw vimFault('NotSupported', `${entity.ref.type} can't be destroyed here.`);
    return call.startTask({
      descriptionId: 'Folder.destroy',
      work: async () => {
        if (entity.children.length > 0) throw vimFault('InvalidState', 'The folder is not empty.');
        const siblings = (entity.parent as { children?: Entity[] } | undefined)?.children;
        siblings?.splice(siblings.indexOf(entity), 1);
        call.vcenter.world.remove(entity.ref);
      },
    });
  },
  CreateFolder: (call) => {
    const parent = call.target;
    if (!isFolder(parent)) throw vimFault('NotSupported', 'Not a folder.');
    const name = plainName(call.parameters.name as string);
    refuseDuplicate(parent, name);
    return createFolder(call.vcenter.world, call.vcenter.tasks, parent.kind, name, parent).ref;
  },
};

/** @throws DuplicateName when something else under the parent has that name */
export function refuseDuplicate(parent: Entity | undefined, name: string, self?: Entity): void {
  const other = parent?.contents().find((child) => child.name === name && child !== self);
  if (other !== undefined) throw vimFault('DuplicateName', `The name '${name}' already exists.`, { name, object: other.ref });
}
