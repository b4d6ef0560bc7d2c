export interface Permit {
  /** `slow down` halves what is allowed at once; `done` counts towards one more; `other` only gives the permit back. */
  release(outcome: 'done' | 'slow down' | 'other'): void;
}

/** How many requests may be under way at once: one more after a run of successes, half as many when the store asks for less. */
export class Gate {
  readonly #min: number;
  readonly #max: number;
  readonly #successesPerStep: number;
  readonly #waiting: { enter: () => void }[] = [];
  #limit: number;
  #active = 0;
  #successes = 0;
  #halvings = 0;

  constructor(options: { concurrencyMin: number; concurrencyMax: number; concurrencyStart: number; successesPerStep: number }) {
    this.#min = options.concurrencyMin;
    this.#max = Math.max(options.concurrencyMin, options.concurrencyMax);
    this.#limit = Math.min(Math.max(options.concurrencyStart, this.#min), this.#max);
    this.#successesPerStep = options.successesPerStep;
  }

  get limit(): number {
    return this.#limit;
  }

  get active(): number {
    return this.#active;
  }

  /** First come, first served. @throws the signal's reason when it is aborted while waiting */
  async enter(signal?: AbortSignal): Promise<Permit> {
    signal?.throwIfAborted();
    if (this.#active < this.#limit && this.#waiting.length === 0) this.#active++;
    else await this.#wait(signal);
    // Requests that were under way when the limit fell report the same overload: it counts once.
    const halvings = this.#halvings;
    let released = false;
    return {
      release: (outcome) => {
        if (released) return;
        released = true;
        this.#active--;
        if (outcome === 'slow down' && halvings === this.#halvings) this.#halve();
        if (outcome === 'done') this.#succeed();
        this.#admit();
      },
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal!.reason);
      };
      const entry = {
        enter: () => {
          signal?.removeEventListener('abort', leave);
          this.#active++;
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(entry);
    });
  }

  #admit(): void {
    while (this.#active < this.#limit && this.#waiting.length > 0) this.#waiting.shift()!.enter();
  }

  #halve(): void {
    this.#halvings++;
    this.#successes = 0;
    this.#limit = Math.max(this.#min, Math.floor(this.#limit / 2));
  }

  #succeed(): void {
    if (++this.#successes < this.#successesPerStep) return;
    this.#successes = 0;
    this.#limit = Math.min(this.#max, this.#limit + 1);
  }
}
