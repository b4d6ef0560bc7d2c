import { globMatcher } from './glob.ts';

/** Which VMs: all that the account sees, or those whose name or inventory path fits one of the patterns. */
export type Selection =
  | { readonly all: true; readonly exclude?: readonly string[] }
  | { readonly patterns: readonly string[]; readonly exclude?: readonly string[] };

/** What a selection looks at. */
export interface Selectable {
  readonly name: string;
  /** `/datacenter/vm/folder/name`, where known */
  readonly path?: string | undefined;
}

export interface Selected<T> {
  readonly vms: readonly T[];
  /** patterns that fit no VM at all */
  readonly unmatched: readonly string[];
}

/** A pattern with a `/` is compared with the whole inventory path, any other with the name. Order of the inventory is kept. */
export function select<T extends Selectable>(inventory: readonly T[], selection: Selection): Selected<T> {
  const excluded = (selection.exclude ?? []).map(matcher);
  const allowed = inventory.filter((vm) => !excluded.some((matches) => matches(vm)));
  if ('all' in selection) return { vms: allowed, unmatched: [] };
  const wanted = selection.patterns.map((pattern) => ({ pattern, matches: matcher(pattern) }));
  return {
    vms: allowed.filter((vm) => wanted.some(({ matches }) => matches(vm))),
    unmatched: wanted.filter(({ matches }) => !inventory.some(matches)).map(({ pattern }) => pattern),
  };
}

function matcher(pattern: string): (vm: Selectable) => boolean {
  const matches = globMatcher(pattern);
  return pattern.includes('/') ? (vm) => vm.path !== undefined && matches(vm.path) : (vm) => matches(vm.name);
}
