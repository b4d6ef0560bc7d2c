import type { Session } from '../session/sessions.ts';
import { type VimFault, vimFault } from '../soap/vim-fault.ts';

/** A reference to a managed object, as everywhere in the API. */
export interface MoRef {
  readonly type: string;
  readonly value: string;
}

/** One managed object: who it is, and a way to its properties' current values. */
export interface ManagedObject {
  readonly ref: MoRef;
  /** Display name, for the journal and fault rules. */
  readonly label?: () => string;
  /** By property name, for whoever asks; may be a promise. A property that isn't here, or gives undefined, is unset. */
  readonly properties: Readonly<Record<string, (reader: Session | undefined) => unknown>>;
}

/** An entity's own name, or that of the VM an object belongs to; managers have none. */
export function labelOf(object: ManagedObject | undefined): string | undefined {
  return object?.label?.() ?? (object as { name?: string } | undefined)?.name;
}

/** All managed objects, and the news that something about them changed. */
export class World {
  readonly #objects = new Map<string, ManagedObject>();
  readonly #waiting = new Set<() => void>();
  #revision = 1;
  #lastId = 0;

  /** Grows with every change of any object. */
  get revision(): number {
    return this.#revision;
  }

  /** A managed object id nobody had before: `vm-21`. */
  nextId(prefix: string): string {
    this.#lastId++;
    return `${prefix}-${this.#lastId}`;
  }

  add<T extends ManagedObject>(object: T): T {
    this.#objects.set(object.ref.value, object);
    this.touch();
    return object;
  }

  remove(ref: MoRef): void {
    if (this.#objects.delete(ref.value)) this.touch();
  }

  find(ref: MoRef): ManagedObject | undefined {
    const object = this.#objects.get(ref.value);
    return object?.ref.type === ref.type ? object : undefined;
  }

  /** @throws ManagedObjectNotFound */
  get(ref: MoRef): ManagedObject {
    const object = this.find(ref);
    if (object === undefined) throw managedObjectNotFound(ref);
    return object;
  }

  /** Says that something changed: whoever waits for updates looks again. */
  touch(): void {
    this.#revision++;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves at the next change, or when the signal ends the wait. */
  nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }
}

export function managedObjectNotFound(ref: MoRef): VimFault {
  return vimFault('ManagedObjectNotFound', `The object '${ref.type}:${ref.value}' has already been deleted or has not been completely created`, { obj: ref });
}

export function moRef(type: string, value: string): MoRef {
  return { type, value };
}
