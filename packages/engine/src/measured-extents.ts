import type { Extent } from '@holdfast/disks';

/** Extents looked at ahead: 65,536 of them take about 4 MiB. */
const aheadMax = 65_536;

/**
 * Takes the beginning of a list of extents, all of it usually, and says how many bytes it covers; `undefined` where the list is longer.
 * A server that can't tell changed areas says so here, before anything has been written.
 */
export async function measuredExtents(
  extents: AsyncIterable<Extent>,
): Promise<{ readonly total: number | undefined; readonly extents: AsyncIterable<Extent> }> {
  const iterator = extents[Symbol.asyncIterator]();
  const ahead: Extent[] = [];
  let next = await iterator.next();
  while (!next.done && ahead.length < aheadMax) {
    ahead.push(next.value);
    next = await iterator.next();
  }
  const rest = next;
  return {
    total: rest.done ? ahead.reduce((sum, extent) => sum + extent.length, 0) : undefined,
    extents: (async function* () {
      try {
        yield* ahead;
        for (let item = rest; !item.done; item = await iterator.next()) yield item.value;
      } finally {
        await iterator.return?.();
      }
    })(),
  };
}
