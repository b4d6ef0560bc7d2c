import { connectionFailure } from '../client/https.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import { RangeConnection } from './range-connection.ts';

/** Reads ranges over kept connections; as many at once as callers ask, who bound that. */
export class RangeReader implements Disposable {
  readonly #vcenter: Vcenter;
  readonly #silenceMsMax: number;
  readonly #idle: RangeConnection[] = [];
  readonly #all = new Set<RangeConnection>();
  #closed = false;
  /** The server's good answers are in a form that only a whole HTTP client understands. */
  #notForUs = false;

  constructor(vcenter: Vcenter, silenceMsMax: number) {
    this.#vcenter = vcenter;
    this.#silenceMsMax = silenceMsMax;
  }

  /** @returns false when the server answered in a way that only a whole HTTP client understands; `into` may be partly filled then */
  async read(path: string, offset: number, into: Uint8Array, signal?: AbortSignal, filled?: (bytes: number) => void): Promise<boolean> {
    while (!this.#notForUs) {
      const connection = await this.#take(signal);
      const used = connection.answers > 0;
      let arrived = 0;
      const count = (bytes: number) => {
        arrived = bytes;
        filled?.(bytes);
      };
      const { cookie } = this.#vcenter;
      const headers = cookie === undefined ? {} : { Cookie: cookie };
      try {
        const outcome = await connection.request({ path, headers, offset, into, filled: count, signal, silenceMsMax: this.#silenceMsMax });
        if (outcome === 'other-framing') this.#notForUs = true;
        return outcome === 'filled';
      } catch (error) {
        // A server may close a kept connection just when it is used again: the request was not looked at then.
        if (!used || arrived > 0 || !vsphereErrors.is(error, 'VSPHERE_UNREACHABLE')) throw error;
      } finally {
        this.#giveBack(connection);
      }
    }
    return false;
  }

  async #take(signal: AbortSignal | undefined): Promise<RangeConnection> {
    const idle = this.#idle.pop();
    if (idle?.usable) return idle;
    if (idle !== undefined) {
      this.#all.delete(idle);
      return await this.#take(signal);
    }
    const { address, trust } = this.#vcenter;
    const connection = await RangeConnection.open(address, trust, signal).catch((error: unknown) => {
      throw connectionFailure(error, address, signal);
    });
    if (this.#closed) {
      connection[Symbol.dispose]();
      throw vsphereErrors.create('VSPHERE_CANCELLED', `the connections to ${address.host} were closed`);
    }
    this.#all.add(connection);
    return connection;
  }

  #giveBack(connection: RangeConnection): void {
    if (connection.usable) this.#idle.push(connection);
    else this.#all.delete(connection);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const connection of this.#all) connection[Symbol.dispose]();
    this.#all.clear();
    this.#idle.length = 0;
  }
}
