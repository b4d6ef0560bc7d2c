import type { FaultFields } from './soap/vim-fault.ts';

/** What goes wrong, and at which call. Rules are looked at in the order they were added; the first that applies wins. */
export interface FaultRule {
  /** SOAP method (`RemoveSnapshot_Task`), or `GET /folder`, `PUT /folder`, `POST /nfc`. */
  readonly method: string;
  /** Only for this managed object (`vm-21`) or this VM name. */
  readonly entity?: string;
  /** The nth matching call from now on, counted from 1; by default every call. */
  readonly nth?: number;
  /** How many matching calls are hit, starting with the nth; by default 1 when `nth` is given, else all. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  /** The call is refused with this vim fault, before anything happens. */
  | { readonly kind: 'fault'; readonly fault: FaultFields; readonly message?: string }
  /** The call is accepted, and its task ends in this error. `after` lets the work be done first. */
  | { readonly kind: 'taskFault'; readonly fault: FaultFields; readonly message?: string; readonly after?: boolean }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is cut: before anything happens, or after the work was done but before it is answered. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** The HTTP answer is this status with an empty body. */
  | { readonly kind: 'status'; readonly status: number };

/** The effects of the matching rules, taken once per call. */
export class FaultPlan {
  #rules: { rule: FaultRule; seen: number }[] = [];

  add(rules: readonly FaultRule[]): void {
    this.#rules.push(...rules.map((rule) => ({ rule, seen: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** Counts the call, and says what shall go wrong with it. */
  take(method: string, entities: readonly (string | undefined)[]): FaultEffect | undefined {
    let effect: FaultEffect | undefined;
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.method !== method || (rule.entity !== undefined && !entities.includes(rule.entity))) continue;
      entry.seen++;
      const first = rule.nth ?? 1;
      const times = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (effect === undefined && entry.seen >= first && entry.seen < first + times) effect = rule.effect;
    }
    return effect;
  }
}
