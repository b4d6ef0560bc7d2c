import { type DataObject, isMoRef } from '../wire/index.ts';

/**
 * A value of the schema as plain JSON, and back: times become `{ $date: '…' }`, binary `{ $bytes: '<base64>' }`; all else is JSON already.
 */
export function toJson(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null || isMoRef(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toJson(one)]));
}

export function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const { $date, $bytes } = value as DataObject;
  if (typeof $date === 'string') return new Date($date);
  if (typeof $bytes === 'string') return new Uint8Array(Buffer.from($bytes, 'base64'));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fromJson(one)]));
}
