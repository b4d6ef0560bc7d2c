import type { Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { ExitState } from '../verb.ts';
import { addRestoreDiskVerb } from './restore-disk.ts';
import { addRestoreVmVerb } from './restore-vm.ts';

export function addRestoreVerbs(program: Command, surroundings: Surroundings, state: ExitState): void {
  const restore = program.command('restore').description('bring back a VM, or one of its disks as a file');
  addRestoreVmVerb(restore, surroundings, state);
  addRestoreDiskVerb(restore, surroundings, state);
}
