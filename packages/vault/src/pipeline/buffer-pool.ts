/** A fixed set of shared buffers, lent one at a time; asking waits until one is free. That wait is the back-pressure of the pipeline. */
export class BufferPool {
  readonly shared: readonly SharedArrayBuffer[];
  readonly #free: number[];
  readonly #waiting: ((index: number) => void)[] = [];

  constructor(count: number, bytes: number) {
    this.shared = Array.from({ length: count }, () => new SharedArrayBuffer(bytes));
    this.#free = this.shared.map((_, index) => index);
  }

  /** The number of a free buffer, which is now the caller's. */
  async take(): Promise<number> {
    const index = this.#free.pop();
    return index ?? (await new Promise<number>((resolve) => this.#waiting.push(resolve)));
  }

  release(index: number): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(index);
    else next(index);
  }

  bytes(index: number): Buffer {
    return Buffer.from(this.shared[index]!);
  }
}
