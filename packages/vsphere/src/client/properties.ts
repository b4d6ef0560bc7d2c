import { vsphereErrors } from '../errors.ts';
import { type DataObject, isMoRef, type MoRef } from '../wire/index.ts';
import { faultError, localizedFault } from './fault.ts';
import type { CallOptions, Vcenter } from './vcenter.ts';

/** One object's properties by path. What isn't set is absent; what may not be read is in `unreadable`, by path, with the reason. */
export interface ObjectProperties {
  readonly ref: MoRef;
  readonly values: Readonly<Record<string, unknown>>;
  readonly unreadable: ReadonlyMap<string, unknown>;
}

/** Objects in one answer of the server. */
const pageObjectsMax = 100;
/** Pages of one scan: far beyond what a vCenter can hold, so that a server that never ends is noticed. */
const pagesMax = 10_000;

function readContent(content: DataObject): ObjectProperties {
  const ref = content.obj as MoRef;
  const values: Record<string, unknown> = {};
  for (const property of (content.propSet ?? []) as DataObject[]) if (property.val !== undefined) values[property.name as string] = property.val;
  const unreadable = new Map<string, unknown>();
  for (const missing of (content.missingSet ?? []) as DataObject[]) {
    unreadable.set(
      missing.path as string,
      faultError(localizedFault(missing.fault), `reading ${missing.path} of ${ref.type} ${ref.value}`, { object: ref.value }),
    );
  }
  return { ref, values, unreadable };
}

function specFor(object: DataObject, type: string, paths: readonly string[]): DataObject {
  return { propSet: [{ type, pathSet: paths }], objectSet: [object] };
}

/**
 * Reads properties of one object: present ones by path, unset ones absent.
 * @throws `VSPHERE_ABSENT` when the object is gone, `VSPHERE_PERMISSION` when one of them may not be read
 */
export async function readProperties(
  vcenter: Vcenter,
  ref: MoRef,
  paths: readonly string[],
  options: CallOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { values, unreadable } = await tryProperties(vcenter, ref, paths, options);
  for (const error of unreadable.values()) throw error;
  return values;
}

/** As {@link readProperties}, but properties that may not be read are part of the answer. */
export async function tryProperties(vcenter: Vcenter, ref: MoRef, paths: readonly string[], options: CallOptions = {}): Promise<ObjectProperties> {
  const collector = vcenter.service('propertyCollector');
  const result = (await vcenter.call('RetrievePropertiesEx', collector, { specSet: [specFor({ obj: ref }, ref.type, paths)], options: {} }, options)) as
    | DataObject
    | undefined;
  const [content] = (result?.objects ?? []) as DataObject[];
  if (content === undefined) throw vsphereErrors.create('VSPHERE_ABSENT', `${ref.type} ${ref.value} is not there`, { subject: { object: ref.value } });
  return readContent(content);
}

/** Reads properties of everything of one type below the root, a page at a time; the view it needs on the server is removed again. */
export async function* scanProperties(vcenter: Vcenter, type: string, paths: readonly string[], options: CallOptions = {}): AsyncGenerator<ObjectProperties> {
  const view = await vcenter.call(
    'CreateContainerView',
    vcenter.service('viewManager'),
    { container: vcenter.service('rootFolder'), type: [type], recursive: true },
    options,
  );
  if (!isMoRef(view)) throw vsphereErrors.create('VSPHERE_PROTOCOL', 'the server made no container view');
  try {
    yield* pages(vcenter, view, type, paths, options);
  } finally {
    await quietly(vcenter, 'the view could not be removed', vcenter.call('DestroyView', view));
  }
}

async function* pages(vcenter: Vcenter, view: MoRef, type: string, paths: readonly string[], options: CallOptions): AsyncGenerator<ObjectProperties> {
  const collector = vcenter.service('propertyCollector');
  const selectSet = [{ $type: 'TraversalSpec', name: 'view', type: 'ContainerView', path: 'view', skip: false }];
  const specSet = [specFor({ obj: view, skip: true, selectSet }, type, paths)];
  let page = (await vcenter.call('RetrievePropertiesEx', collector, { specSet, options: { maxObjects: pageObjectsMax } }, options)) as DataObject | undefined;
  let token: string | undefined;
  try {
    for (let count = 1; page !== undefined; count++) {
      if (count > pagesMax) throw vsphereErrors.create('VSPHERE_LIMIT', `the scan of ${type} has more than ${pagesMax} pages`);
      token = page.token as string | undefined;
      for (const content of (page.objects ?? []) as DataObject[]) yield readContent(content);
      if (token === undefined) return;
      page = (await vcenter.call('ContinueRetrievePropertiesEx', collector, { token }, options)) as DataObject | undefined;
    }
    token = undefined;
  } finally {
    if (token !== undefined) await quietly(vcenter, 'the scan could not be ended', vcenter.call('CancelRetrievePropertiesEx', collector, { token }));
  }
}

/** For tidying up on the server: a failure is told and goes no further, since what matters has been done or has failed already. */
export async function quietly(vcenter: Vcenter, what: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    vcenter.log(`${what}: ${(error as Error).message}`);
  }
}
