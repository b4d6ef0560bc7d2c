import type { VsphereSimulator } from './handle.ts';
import type { CommandName, Commands } from './serve-protocol.ts';

type Actions = { readonly [Name in CommandName]: (simulator: VsphereSimulator, order: Commands[Name]) => Promise<unknown> };

const actions: Actions = {
  writeExtent: (on, { vm, disk, offset, base64 }) => on.guest(vm).writeExtent(disk, offset, Buffer.from(base64, 'base64')),
  writeImage: (on, { vm, disk, file }) => on.guest(vm).writeImage(disk, file),
  unmap: (on, { vm, disk, offset, length }) => on.guest(vm).unmap(disk, offset, length),
  readDisk: async (on, { vm, disk, offset, length }) => ({ base64: Buffer.from(await on.guest(vm).readDisk(disk, offset, length)).toString('base64') }),
  exportDisk: (on, { vm, disk, file, snapshot }) => on.guest(vm).exportDisk(disk, file, snapshot === undefined ? {} : { snapshot }),
  lieAboutChanges: (on, { vm, disk, way }) => on.guest(vm).lieAboutChanges(disk, way),
  vm: (on, { name }) => on.vm(name),
  vms: (on) => on.vms(),
  addFaults: (on, { rules }) => on.faults.add(...rules),
  clearFaults: (on) => on.faults.clear(),
  cutEveryBytes: (on, { bytes }) => on.faults.cutEveryBytes(bytes),
  dropSessions: (on) => on.faults.dropSessions(),
  consolidationNeededAfterRemovals: (on, { count }) => on.faults.consolidationNeededAfterRemovals(count),
  loseSnapshot: (on, { vm, snapshot }) => on.faults.loseSnapshot(vm, snapshot),
  calls: (on) => on.journal.calls(),
  reads: (on) => on.journal.reads(),
  clearJournal: (on) => on.journal.clear(),
};

/** Carries out one line and gives its answer; a command that fails is an answer, too. */
export async function carryOut(on: VsphereSimulator, line: string): Promise<{ ok: unknown } | { error: string }> {
  try {
    const command = JSON.parse(line) as Partial<Commands>;
    const name = Object.keys(command)[0] as CommandName | undefined;
    if (name === undefined || !(name in actions)) throw new Error(`there is no command ${name}`);
    const action = actions[name] as (simulator: VsphereSimulator, order: unknown) => Promise<unknown>;
    return { ok: (await action(on, command[name])) ?? null };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
