import { appendStretch, type Layer, type Stretch } from './extent-map.ts';

/** Where the bytes of a range are: in the newest layer that has them, or nowhere, which reads as zero. */
export async function resolve(layers: readonly Layer[], offset: number, length: number): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  await resolveFrom(0, offset, length);
  return stretches;

  async function resolveFrom(depth: number, from: number, count: number): Promise<void> {
    const layer = layers[depth];
    const end = from + count;
    let at = from;
    for (const extent of layer?.extents ?? []) {
      const extentEnd = Math.min(end, extent.start + extent.length);
      if (at >= extentEnd) continue;
      for (const stretch of await extent.locate(at, extentEnd - at)) {
        if (stretch.from === 'parent') await resolveFrom(depth + 1, stretch.offset, stretch.length);
        else appendStretch(stretches, stretch);
      }
      at = extentEnd;
    }
    // No layer at all, or one smaller than its child.
    if (at < end) appendStretch(stretches, { from: 'zero', offset: at, length: end - at });
  }
}
