/** A vim25 fault as a data object: `{ $type: 'FileLocked', file: '[ds] a.vmdk' }`. */
export interface FaultFields {
  readonly $type: string;
  readonly [field: string]: unknown;
}

/** Thrown by a method or a task: becomes a SOAP fault, or the task's `error`. */
export class VimFault extends Error {
  readonly fault: FaultFields;

  constructor(fault: FaultFields, message: string) {
    super(message);
    this.name = fault.$type;
    this.fault = fault;
  }
}

export function vimFault(type: string, message: string, fields: Readonly<Record<string, unknown>> = {}): VimFault {
  return new VimFault({ $type: type, ...fields }, message);
}

export function invalidArgument(property: string): VimFault {
  return vimFault('InvalidArgument', `A specified parameter was not correct: ${property}`, { invalidProperty: property });
}
