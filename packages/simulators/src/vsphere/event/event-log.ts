import type { Clock } from '@holdfast/kit';
import type { MoRef } from '../inventory/world.ts';

/** One event as the API shows it, newest last in the log. */
export type EventObject = Readonly<Record<string, unknown>> & { readonly $type: string; readonly key: number };

/** Where an event happened; becomes its `datacenter`, `host`, `vm` … arguments. */
export interface EventPlace {
  /** Every entity the event belongs to: the VM and all its parents. */
  readonly entities: readonly MoRef[];
  /** The event arguments, ready made. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const eventsMax = 10_000;

/** What happened, as EventManager tells it. Bounded: the oldest events go first. */
export class EventLog {
  readonly #clock: Clock;
  readonly #events: { event: EventObject; entities: ReadonlySet<string>; own: string | undefined }[] = [];
  #lastKey = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nextChainId(): number {
    return this.#lastKey + 1;
  }

  post(type: string, userName: string, message: string, place: EventPlace, fields: Readonly<Record<string, unknown>> = {}, chainId?: number): EventObject {
    const key = ++this.#lastKey;
    const event: EventObject = {
      $type: type,
      key,
      chainId: chainId ?? key,
      createdTime: new Date(this.#clock.now()),
      userName,
      ...place.fields,
      fullFormattedMessage: message,
      ...fields,
    };
    this.#events.push({ event, entities: new Set(place.entities.map((ref) => ref.value)), own: place.entities[0]?.value });
    if (this.#events.length > eventsMax) this.#events.splice(0, this.#events.length - eventsMax);
    return event;
  }

  /** Events that a filter lets through, oldest first. */
  select(accepts: (entry: { event: EventObject; entities: ReadonlySet<string>; own: string | undefined }) => boolean): EventObject[] {
    return this.#events.filter(accepts).map((entry) => entry.event);
  }

  latest(): EventObject | undefined {
    return this.#events.at(-1)?.event;
  }
}
