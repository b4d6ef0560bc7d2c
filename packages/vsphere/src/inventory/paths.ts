import type { MoRef } from '../wire/index.ts';

/** What is needed to tell where something is: its name and what it lies in. */
export interface Place {
  readonly ref: MoRef;
  readonly name: string;
  readonly parent?: MoRef | undefined;
}

/** A vCenter's folders may be nested this deep at most, and then some. */
const depthMax = 64;

/** Paths of an inventory, told from the places it is made of. */
export class InventoryPaths {
  readonly #places = new Map<string, Place>();

  add(place: Place): void {
    this.#places.set(place.ref.value, place);
  }

  /** From the top, without the root itself: `Europe/DC1/vm/web/web01`. Stops where the account may not see further up. */
  pathOf(place: Place): string {
    return this.#line(place)
      .map((one) => one.name)
      .join('/');
  }

  /** The path of the datacenter that holds it; `undefined` for what lies above datacenters. */
  datacenterOf(place: Place): string | undefined {
    const line = this.#line(place);
    const at = line.findLastIndex((one) => one.ref.type === 'Datacenter');
    return at < 0
      ? undefined
      : line
          .slice(0, at + 1)
          .map((one) => one.name)
          .join('/');
  }

  #line(place: Place): Place[] {
    const line: Place[] = [];
    for (
      let at: Place | undefined = place;
      at !== undefined && line.length < depthMax;
      at = at.parent === undefined ? undefined : this.#places.get(at.parent.value)
    ) {
      // The root has a name (`Datacenters`, `ha-folder-root`) but is in no path.
      if (at.parent !== undefined || at === place) line.unshift(at);
    }
    return line;
  }
}
