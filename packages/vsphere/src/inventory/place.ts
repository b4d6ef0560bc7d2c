import { type ObjectProperties, tryProperties } from '../client/properties.ts';
import type { CallOptions, Vcenter } from '../client/vcenter.ts';
import type { MoRef } from '../wire/index.ts';
import { InventoryPaths, type Place } from './paths.ts';

const depthMax = 64;

export function placeOf({ ref, values }: ObjectProperties): Place {
  // A VM in a vApp lies in the vApp, not in a folder.
  const parent = (values.parent ?? values.parentVApp) as MoRef | undefined;
  return { ref, name: String(values.name ?? ref.value), ...(parent === undefined ? {} : { parent }) };
}

/** The places above one thing, read upwards one by one: cheaper than all folders where it is about a single thing. */
export async function placesAbove(vcenter: Vcenter, place: Place, options: CallOptions = {}): Promise<InventoryPaths> {
  const paths = new InventoryPaths();
  let at = place.parent;
  for (let depth = 0; at !== undefined && depth < depthMax; depth++) {
    const upper = placeOf(await tryProperties(vcenter, at, ['name', 'parent'], options));
    paths.add(upper);
    at = upper.parent;
  }
  return paths;
}

/** The inventory path of one thing. */
export async function readPath(vcenter: Vcenter, ref: MoRef, options: CallOptions = {}): Promise<string> {
  const place = placeOf(await tryProperties(vcenter, ref, ['name', 'parent'], options));
  return (await placesAbove(vcenter, place, options)).pathOf(place);
}
