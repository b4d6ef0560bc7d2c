import { typed } from '@holdfast/vsphere/wire';
import { storageErrors } from '../disks/index.ts';
import type { ManagedObject } from '../inventory/world.ts';
import { VimFault, vimFault } from '../soap/vim-fault.ts';
import { type PropertyValue, propertyAt, propertyNames } from './property-at.ts';
import type { Reader } from './reader.ts';
import { type PropertyFilterSpec, wantedPaths } from './selection.ts';

/** The values a filter wants of one object. A path with an unset value isn't in `values`. */
export interface ObjectState {
  readonly object: ManagedObject;
  readonly values: ReadonlyMap<string, PropertyValue>;
  readonly missing: readonly { path: string; fault: VimFault }[];
}

/** Reads what a filter wants of an object, as this caller may see it. */
export async function objectState(object: ManagedObject, spec: PropertyFilterSpec, reader: Reader): Promise<ObjectState> {
  const values = new Map<string, PropertyValue>();
  const missing: { path: string; fault: VimFault }[] = [];
  for (const path of wantedPaths(spec, object.ref.type, () => propertyNames(object.ref.type, reader.version))) {
    if (reader.denied.has('System.Read') && object.ref.type !== 'Task') {
      missing.push({
        path,
        fault: vimFault('NoPermission', 'Permission to perform this operation was denied.', { object: object.ref, privilegeId: 'System.Read' }),
      });
      continue;
    }
    const value = await propertyAt(object, path, reader).catch((error: unknown) => {
      // One object that can't be read now doesn't spoil the whole answer; a path that doesn't exist does.
      if (storageErrors.is(error, 'LAYER_ABSENT', 'DISK_CLOSED')) return undefined;
      if (!(error instanceof VimFault) || error.fault.$type === 'InvalidProperty') throw error;
      missing.push({ path, fault: error });
      return undefined;
    });
    if (value !== undefined) values.set(path, value);
  }
  return { object, values, missing };
}

export function objectContent(state: ObjectState): Record<string, unknown> {
  return {
    $type: 'ObjectContent',
    obj: state.object.ref,
    propSet: [...state.values].map(([name, value]) => ({ $type: 'DynamicProperty', name, val: typedValue(value) })),
    missingSet: missingSet(state),
  };
}

export function missingSet(state: ObjectState): Record<string, unknown>[] {
  return state.missing.map(({ path, fault }) => ({
    $type: 'MissingProperty',
    path,
    fault: { $type: 'LocalizedMethodFault', fault: fault.fault, localizedMessage: fault.message },
  }));
}

/** Kinds of text that the schema tells apart, and the wire doesn't. */
const textTypes: ReadonlySet<string> = new Set(['TypeName', 'MethodName', 'PropertyPath']);

/** A value with the type it is declared with, so that an `int` isn't taken for a `long`. Where any type is declared, the value itself tells. */
export function typedValue({ use, value }: PropertyValue): unknown {
  if (use.type === 'anyType' && !use.array) return value;
  const type = textTypes.has(use.type) ? 'string' : use.type;
  return typed(use.array ? `${type}[]` : type, value);
}
