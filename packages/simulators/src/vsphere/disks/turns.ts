interface Waiting {
  readonly alone: boolean;
  readonly start: () => void;
}

/** Lets calls in first come first served: shared ones side by side, others alone. */
export class Turns {
  #shared = 0;
  #alone = false;
  readonly #waiting: Waiting[] = [];

  async shared<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter(false);
    try {
      return await work();
    } finally {
      this.#shared--;
      this.#next();
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter(true);
    try {
      return await work();
    } finally {
      this.#alone = false;
      this.#next();
    }
  }

  async #enter(alone: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push({ alone, start: resolve });
      this.#next();
    });
  }

  #next(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#alone || (first.alone && this.#shared > 0)) return;
      this.#waiting.shift();
      if (first.alone) this.#alone = true;
      else this.#shared++;
      first.start();
    }
  }
}
