import { vimFault } from '../soap/vim-fault.ts';

/** One step of a property path: `.field`, or `[key]` into an array. */
export type PathStep = { readonly field: string } | { readonly key: string };

/** Splits `config.hardware.device[4000].backing` or `config.extraConfig["a.b"].value` into steps. @throws InvalidProperty */
export function parsePath(path: string): PathStep[] {
  const steps: PathStep[] = [];
  const pattern = /(?:^|\.)([A-Za-z_]\w*)|\[(?:"([^"]*)"|([^\]"]+))\]/gy;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null) throw invalidProperty(path);
    steps.push(match[1] === undefined ? { key: match[2] ?? match[3] ?? '' } : { field: match[1] });
  }
  if (steps.length === 0 || !('field' in steps[0]!)) throw invalidProperty(path);
  return steps;
}

/** By what an element of an array is addressed: its `key` field, a reference's id, or the value itself. */
export function elementKey(item: unknown): string | undefined {
  if (typeof item === 'string' || typeof item === 'number') return String(item);
  if (typeof item !== 'object' || item === null) return undefined;
  const { key, value, type } = item as { key?: unknown; value?: unknown; type?: unknown };
  if (key !== undefined && key !== null) return typeof key === 'object' ? (key as { value?: string }).value : String(key);
  return typeof type === 'string' && typeof value === 'string' ? value : undefined;
}

export function invalidProperty(path: string): Error {
  return vimFault('InvalidProperty', `Invalid property: ${path}`, { name: path });
}
