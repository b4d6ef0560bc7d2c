import { HoldfastError } from '@holdfast/kit';
import { vsphereErrors } from '../errors.ts';
import { type DataObject, isA, type WireFault } from '../wire/index.ts';

/** What the server said, as the cause of the error we throw. */
class ServerFault extends Error {
  /** `FileLocked`; `undefined` when the server gave none, only a sentence */
  readonly fault: DataObject | undefined;

  constructor(wire: WireFault) {
    super(wire.message === '' ? (wire.fault?.$type ?? 'the server gave no reason') : wire.message);
    this.name = wire.fault?.$type ?? 'ServerFault';
    this.fault = wire.fault;
  }
}

/** The server's fault behind an error, if there is one. */
function faultOf(error: unknown): DataObject | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < causesMax; at = at.cause, depth++) if (at instanceof ServerFault) return at.fault;
  return undefined;
}

const causesMax = 16;

/** Whether an error is, or was caused by, the server's fault of this name or one derived from it: `isFault(error, 'FileFault')`. */
export function isFault(error: unknown, name: string): boolean {
  const fault = faultOf(error)?.$type;
  return fault !== undefined && isA(fault, name);
}

type Code = Parameters<typeof vsphereErrors.create>[0];

/** The first that fits counts, so derived faults stand before their bases. */
const codes: readonly (readonly [string, Code])[] = [
  ['NotAuthenticated', 'VSPHERE_SESSION'],
  ['InvalidLogin', 'VSPHERE_SIGN_IN'],
  ['NoPermission', 'VSPHERE_PERMISSION'],
  ['RestrictedVersion', 'VSPHERE_RESTRICTED'],
  ['ManagedObjectNotFound', 'VSPHERE_ABSENT'],
  ['NotFound', 'VSPHERE_ABSENT'],
  ['FileNotFound', 'VSPHERE_ABSENT'],
  ['NoDiskSpace', 'VSPHERE_SPACE'],
  ['ApplicationQuiesceFault', 'VSPHERE_QUIESCE'],
  ['FilesystemQuiesceFault', 'VSPHERE_QUIESCE'],
  ['TaskInProgress', 'VSPHERE_BUSY'],
  ['ConcurrentAccess', 'VSPHERE_BUSY'],
  ['HostCommunication', 'VSPHERE_BUSY'],
  ['ResourceInUse', 'VSPHERE_BUSY'],
  ['SnapshotLocked', 'VSPHERE_BUSY'],
  ['Timedout', 'VSPHERE_TIMEOUT'],
  ['DuplicateName', 'VSPHERE_CONFLICT'],
  ['AlreadyExists', 'VSPHERE_CONFLICT'],
  ['FileAlreadyExists', 'VSPHERE_CONFLICT'],
  ['FileLocked', 'VSPHERE_CONFLICT'],
  ['InvalidState', 'VSPHERE_CONFLICT'],
  ['MethodDisabled', 'VSPHERE_CONFLICT'],
  ['RequestCanceled', 'VSPHERE_CANCELLED'],
  ['SystemError', 'VSPHERE_SERVER'],
  ['UnexpectedFault', 'VSPHERE_SERVER'],
];

/** The error for a fault: `what` says what was being done (`CreateSnapshot_Task of VirtualMachine vm-62`). */
export function faultError(wire: WireFault, what: string, subject: Readonly<Record<string, string | number>> = {}): HoldfastError {
  const cause = new ServerFault(wire);
  const name = wire.fault?.$type;
  const code = (name === undefined ? undefined : codes.find(([base]) => isA(name, base))?.[1]) ?? (name === undefined ? 'VSPHERE_SERVER' : 'VSPHERE_REFUSED');
  const detail = detailOf(wire.fault);
  const said = cause.message === name ? '' : `: ${cause.message}`;
  return vsphereErrors.create(code, `${what} failed with ${name ?? 'a fault'}${detail}${said}`, {
    subject: { ...subject, ...(name === undefined ? {} : { fault: name }) },
    cause,
  });
}

/** The fields of a fault that a person needs: which privilege, which file, which property. */
function detailOf(fault: DataObject | undefined): string {
  const words = ['privilegeId', 'file', 'datastore', 'invalidProperty', 'name', 'reason', 'property', 'existingState', 'source']
    .map((field) => fault?.[field])
    .filter((value): value is string => typeof value === 'string' && value !== '');
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** A fault as it stands inside data (`TaskInfo.error`, `missingSet`) → as it travels. */
export function localizedFault(value: unknown): WireFault {
  const { fault, localizedMessage } = (value ?? {}) as { fault?: DataObject; localizedMessage?: string };
  return { message: localizedMessage ?? '', fault };
}

/** Whether the same request may pass later, by the error's kind. */
export function mayPass(error: unknown): boolean {
  return error instanceof HoldfastError && error.kind === 'unavailable';
}
