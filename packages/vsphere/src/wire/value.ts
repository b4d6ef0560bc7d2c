/** Names one object of the server's inventory or one of its services, such as `{ type: 'VirtualMachine', value: 'vm-62' }`. */
export interface MoRef {
  readonly type: string;
  readonly value: string;
}

/**
 * A value of a data type of the schema: fields by their wire names, unset ones left out.
 * `$type` is the name of its type; it may be left out when written where exactly the declared type is meant, and is always there when read.
 */
export interface DataObject {
  $type?: string;
  [field: string]: unknown;
}

/** A value together with the type it travels as, for places of any type where the value alone doesn't tell. Made by {@link typed}. */
export class Typed {
  readonly type: string;
  readonly value: unknown;

  constructor(type: string, value: unknown) {
    this.type = type;
    this.value = value;
  }
}

/**
 * Says as what type a value travels where the schema allows any: `typed('xsd:long', 5)`, `typed('VirtualMachinePowerState', 'poweredOn')`,
 * `typed('VirtualDevice[]', devices)`. Only for writing: what is read comes as plain values.
 */
export function typed(type: string, value: unknown): Typed {
  return new Typed(type, value);
}

export function isMoRef(value: unknown): value is MoRef {
  return (
    typeof value === 'object' &&
    value !== null &&
    !('$type' in value) &&
    typeof (value as MoRef).type === 'string' &&
    typeof (value as MoRef).value === 'string'
  );
}
