import { isDeepStrictEqual } from 'node:util';
import { elementKey } from './path.ts';

/** One change of a property, as `PropertyChange` tells it. */
export interface Difference {
  readonly path: string;
  readonly op: 'assign' | 'add' | 'remove';
  readonly value: unknown;
}

/**
 * What changed from one value of a property to the next.
 * @param partial go into data objects and keyed arrays and tell only the parts that changed
 */
export function differences(path: string, before: unknown, after: unknown, partial: boolean): Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!partial) return [{ path, op: 'assign', value: after }];
  if (isDataObject(before) && isDataObject(after) && before.$type === after.$type) return ofObjects(path, before, after);
  if (isKeyed(before) && isKeyed(after)) return ofArrays(path, before, after);
  return [{ path, op: 'assign', value: after }];
}

function ofObjects(path: string, before: Record<string, unknown>, after: Record<string, unknown>): Difference[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  fields.delete('$type');
  return [...fields].flatMap((field) => differences(`${path}.${field}`, before[field], after[field], true));
}

function ofArrays(path: string, before: readonly unknown[], after: readonly unknown[]): Difference[] {
  const old = new Map(before.map((item) => [elementKey(item) as string, item]));
  const now = new Map(after.map((item) => [elementKey(item) as string, item]));
  const found: Difference[] = [];
  for (const key of old.keys()) if (!now.has(key)) found.push({ path: `${path}[${quoted(key)}]`, op: 'remove', value: undefined });
  for (const [key, item] of now) {
    if (!old.has(key)) found.push({ path: `${path}[${quoted(key)}]`, op: 'add', value: item });
    else if (!isDeepStrictEqual(old.get(key), item)) found.push({ path: `${path}[${quoted(key)}]`, op: 'assign', value: item });
  }
  return found;
}

function quoted(key: string): string {
  return /^-?\d+$/.test(key) ? key : JSON.stringify(key);
}

function isDataObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array) && !isReference(value)
  );
}

function isReference(value: object): boolean {
  return 'type' in value && 'value' in value && Object.keys(value).length === 2;
}

function isKeyed(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isDataObject(item) && elementKey(item) !== undefined) && distinct(value);
}

function distinct(items: readonly unknown[]): boolean {
  return new Set(items.map(elementKey)).size === items.length;
}
