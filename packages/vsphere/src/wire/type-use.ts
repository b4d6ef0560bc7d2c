import type { TypeUse } from './schema.ts';

/** `VirtualDevice[]` → `{ type: 'VirtualDevice', array: true }`. */
export function typeUse(text: string | TypeUse): TypeUse {
  if (typeof text !== 'string') return text;
  const array = text.endsWith('[]');
  return { type: array ? text.slice(0, -2) : text, array };
}

const itemNames: Record<string, string> = { boolean: 'Boolean', anyURI: 'AnyURI', base64Binary: 'Base64Binary', dateTime: 'DateTime', anyType: 'AnyType' };
const itemTypes = new Map<string, string>();
for (const type of ['string', 'boolean', 'int', 'long', 'short', 'byte', 'float', 'double', 'anyURI', 'base64Binary', 'dateTime', 'anyType']) {
  itemTypes.set(itemNames[type] ?? type[0]!.toUpperCase() + type.slice(1), type);
}

/** The name of the array type a list travels as where any type is allowed: `string` → `ArrayOfString`, `&HostSystem` → `ArrayOfManagedObjectReference`. */
export function arrayTypeName(item: string): string {
  if (item.startsWith('&')) return 'ArrayOfManagedObjectReference';
  for (const [name, type] of itemTypes) if (type === item) return `ArrayOf${name}`;
  return `ArrayOf${item}`;
}

/** The reverse of {@link arrayTypeName}; `undefined` for names of other types. */
export function arrayItemType(name: string): string | undefined {
  if (!name.startsWith('ArrayOf')) return undefined;
  const item = name.slice('ArrayOf'.length);
  return item === 'ManagedObjectReference' ? '&ManagedObject' : (itemTypes.get(item) ?? item);
}

/** The element name of an item in such an array. */
export function arrayItemName(item: string): string {
  return item.startsWith('&') ? 'ManagedObjectReference' : item;
}
