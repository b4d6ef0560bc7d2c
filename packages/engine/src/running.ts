import { engineErrors } from './errors.ts';

const running = new Set<string>();

/**
 * Holds a VM for the length of one backup: within a process no VM is protected twice at once, whatever started it.
 * Between processes the marks on snapshots tell.
 *
 * @param key vCenter and VM
 * @throws `ENGINE_VM_BUSY`
 */
export function holdVm(key: string, name: string): Disposable {
  if (running.has(key)) {
    throw engineErrors.create('ENGINE_VM_BUSY', `${name} is being backed up by this process already`, { did: 'nothing was done to it', subject: { vm: name } });
  }
  running.add(key);
  return { [Symbol.dispose]: () => void running.delete(key) };
}
