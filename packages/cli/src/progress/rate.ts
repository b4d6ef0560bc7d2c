/** Time over which the rate is averaged: short enough to follow, long enough not to jump. */
const windowMs = 10_000;

/** Follows a number of bytes that grows, and tells its present rate. */
export interface RateMeter {
  /** @param atMs monotonic */
  note(done: number, atMs: number): void;
  /** bytes a second over the last seconds; `undefined` before there is something to tell */
  rate(): number | undefined;
}

export function createRateMeter(): RateMeter {
  const samples: { readonly done: number; readonly atMs: number }[] = [];
  return {
    note: (done, atMs) => {
      samples.push({ done, atMs });
      while (samples.length > 2 && atMs - (samples[1]?.atMs ?? atMs) >= windowMs) samples.shift();
    },
    rate: () => {
      const first = samples[0];
      const last = samples.at(-1);
      if (first === undefined || last === undefined || last.atMs - first.atMs < 200) return undefined;
      return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
    },
  };
}
