import type { Clock } from '@holdfast/kit';
import { systemRandom } from '@holdfast/kit';
import { faultError } from '../src/client/fault.ts';
import type { Vcenter } from '../src/client/vcenter.ts';
import type { DataObject, MoRef } from '../src/wire/index.ts';

export interface Call {
  readonly method: string;
  readonly target: MoRef;
  readonly parameters: Record<string, unknown>;
}

/** A clock whose sleeps are over at once, and which remembers them. */
export function hastyClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  let now = 1_700_000_000_000;
  return {
    slept,
    now: () => now,
    elapsed: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** A connection that has no server behind it, but a script: answers by method, each a value or a function of the call. */
export function fakeVcenter(
  answers: Record<string, unknown>,
): Vcenter & { readonly calls: Call[]; readonly clock: ReturnType<typeof hastyClock>; readonly logged: string[] } {
  const calls: Call[] = [];
  const logged: string[] = [];
  const clock = hastyClock();
  return {
    calls,
    logged,
    clock,
    address: { host: 'fake', port: 443 },
    about: { name: 'fake', fullName: 'fake', version: '8.0.3', build: '1', apiVersion: '8.0.3.0', kind: 'vcenter' },
    apiVersion: '8.0.3.0',
    trust: { kind: 'system' },
    random: systemRandom,
    log: (message) => void logged.push(message),
    cookie: undefined,
    service: (name) => ({ type: 'Service', value: name }),
    call: async (method, target, parameters = {}, options = {}) => {
      options.signal?.throwIfAborted();
      const call = { method, target, parameters };
      calls.push(call);
      if (!(method in answers)) throw new Error(`nobody scripted ${method}`);
      const answer = answers[method];
      return typeof answer === 'function' ? await answer(call) : answer;
    },
    now: async () => new Date(clock.now()),
    signInAgain: async () => {},
    openUpload: () => {
      throw new Error('nobody scripted an upload');
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** What the client throws when the server answers with this fault. */
export function fault(name: string, fields: DataObject = {}): Error {
  return faultError({ message: `${name} happened`, fault: { $type: name, ...fields } }, 'a call');
}

/** The answer of `RetrievePropertiesEx` about one object. */
export function properties(ref: MoRef, values: Record<string, unknown>): DataObject {
  return { objects: [{ obj: ref, propSet: Object.entries(values).map(([name, val]) => ({ name, val })) }] };
}
