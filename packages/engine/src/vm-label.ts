import type { VmSummary } from '@holdfast/vsphere';
import type { VmLabel } from './events.ts';

export function labelOf(vm: Pick<VmSummary, 'name' | 'ref'>): VmLabel {
  return { name: plainName(vm.name), moref: vm.ref.value };
}

/** A name as people wrote it: the API writes `/`, `\` and `%` within names as `%2f`, `%5c` and `%25`. */
export function plainName(name: string): string {
  return name.replace(/%(2f|5c|25)/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
