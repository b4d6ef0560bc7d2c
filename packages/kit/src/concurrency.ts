/** A counted permit: at most `limit` holders at once, first come first served. */
export class Semaphore {
  readonly limit: number;
  #held = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  get held(): number {
    return this.#held;
  }

  async acquire(): Promise<Disposable> {
    if (this.#held < this.limit) this.#held++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let released = false;
    return {
      [Symbol.dispose]: () => {
        if (released) return;
        released = true;
        const next = this.#waiting.shift();
        if (next === undefined) this.#held--;
        else next();
      },
    };
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    using _permit = await this.acquire();
    return await work();
  }
}

/**
 * Runs `work` on every item, at most `limit` at once, and returns the results in order.
 * The first failure stops new work, waits for what is running, and is thrown.
 */
export async function mapBounded<T, R>(items: Iterable<T> | AsyncIterable<T>, limit: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let index = 0;
  for await (const item of items) {
    const position = index++;
    const one: Promise<void> = work(item, position).then(
      (result) => {
        results[position] = result;
        running.delete(one);
      },
      (error: unknown) => {
        failures.push(error);
        running.delete(one);
      },
    );
    running.add(one);
    if (running.size >= limit) await Promise.race(running);
    if (failures.length > 0) break;
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return results;
}
