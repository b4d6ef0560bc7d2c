import { KiB } from '@holdfast/kit';

const blockBytes = 512 * KiB;

/** Takes a block of the stream; the bytes may be overwritten when the promise settles. */
export type Emit = (bytes: Uint8Array) => Promise<void>;

/** Gathers small pieces into large blocks: one is filled while the other is on its way. */
export class OutputBlocks {
  readonly #emit: Emit;
  #filling = new Uint8Array(blockBytes);
  #leaving = new Uint8Array(blockBytes);
  #used = 0;
  #position = 0;
  #underway: Promise<void> = Promise.resolve();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** bytes taken so far */
  get position(): number {
    return this.#position;
  }

  async add(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const part = Math.min(bytes.length - done, blockBytes - this.#used);
      this.#filling.set(part === bytes.length ? bytes : bytes.subarray(done, done + part), this.#used);
      this.#used += part;
      this.#position += part;
      done += part;
      if (this.#used === blockBytes) await this.#send();
    }
  }

  /** Sends what is left and waits until everything has left. */
  async flush(): Promise<void> {
    if (this.#used > 0) await this.#send();
    await this.#underway;
  }

  async #send(): Promise<void> {
    await this.#underway;
    const block = this.#filling;
    this.#filling = this.#leaving;
    this.#leaving = block;
    this.#underway = this.#emit(block.subarray(0, this.#used));
    // Whoever comes next sees the failure by awaiting; until then nobody may be listening.
    this.#underway.catch(() => undefined);
    this.#used = 0;
  }
}
