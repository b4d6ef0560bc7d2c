import { createHash } from 'node:crypto';
import type { Clock, Random } from '@holdfast/kit';
import { vimFault } from '../soap/vim-fault.ts';

/** One signed-in client. */
export interface Session {
  readonly key: string;
  readonly userName: string;
  readonly loginTimeMs: number;
  readonly ipAddress: string;
  readonly userAgent: string;
  readonly locale: string;
  lastActiveMs: number;
  callCount: number;
  /** Called once when the session ends, however it ends; frees its views, filters and leases. */
  readonly onEnd: Set<() => void>;
}

export interface Account {
  readonly password: string;
  /** Privileges this user lacks; by default none. */
  readonly missingPrivileges: ReadonlySet<string>;
}

export interface SessionRules {
  readonly clock: Clock;
  readonly random: Random;
  readonly accounts: ReadonlyMap<string, Account>;
  /** A session unused for this long is gone. */
  readonly sessionIdleMs: number;
  readonly sessionsMax: number;
}

/** Who is signed in. Expiry is judged by the clock at each use, so a test's clock decides it. */
export class Sessions {
  readonly #rules: SessionRules;
  readonly #byKey = new Map<string, Session>();

  constructor(rules: SessionRules) {
    this.#rules = rules;
  }

  login(userName: string, password: string, caller: { ipAddress: string; userAgent: string; locale: string }): Session {
    this.#dropIdle();
    if (!this.accepts(userName, password)) throw vimFault('InvalidLogin', 'Cannot complete login due to an incorrect user name or password.');
    if (this.#byKey.size >= this.#rules.sessionsMax) {
      // What a full vCenter answers: not a fault of its own, a runtime fault with an empty reason.
      throw vimFault('SystemError', 'A general system error occurred: the maximum number of sessions has been reached', { reason: 'maxSessionCount' });
    }
    const now = this.#rules.clock.now();
    const key = uuidFrom(this.#rules.random.bytes(16));
    const session: Session = { key, userName, ...caller, loginTimeMs: now, lastActiveMs: now, callCount: 0, onEnd: new Set() };
    this.#byKey.set(key, session);
    return session;
  }

  accepts(userName: string, password: string): boolean {
    const account = this.#rules.accounts.get(userName);
    return account !== undefined && digest(account.password) === digest(password);
  }

  /** The live session of this cookie value, renewed by being used; undefined when there is none or it has expired. */
  use(key: string | undefined): Session | undefined {
    this.#dropIdle();
    const session = key === undefined ? undefined : this.#byKey.get(key);
    if (session !== undefined) session.lastActiveMs = this.#rules.clock.now();
    return session;
  }

  isActive(key: string, userName: string): boolean {
    this.#dropIdle();
    return this.#byKey.get(key)?.userName === userName;
  }

  missingPrivileges(session: Session): ReadonlySet<string> {
    return this.#rules.accounts.get(session.userName)?.missingPrivileges ?? new Set();
  }

  end(session: Session): void {
    if (!this.#byKey.delete(session.key)) return;
    for (const tidy of session.onEnd) tidy();
    session.onEnd.clear();
  }

  endAll(): void {
    for (const session of [...this.#byKey.values()]) this.end(session);
  }

  all(): readonly Session[] {
    return [...this.#byKey.values()];
  }

  #dropIdle(): void {
    const before = this.#rules.clock.now() - this.#rules.sessionIdleMs;
    for (const session of [...this.#byKey.values()]) if (session.lastActiveMs < before) this.end(session);
  }
}

/** `UserSession` as the API shows it. */
export function userSession(session: Session): Record<string, unknown> {
  return {
    $type: 'UserSession',
    key: session.key,
    userName: session.userName,
    fullName: session.userName,
    loginTime: new Date(session.loginTimeMs),
    lastActiveTime: new Date(session.lastActiveMs),
    locale: session.locale,
    messageLocale: session.locale,
    extensionSession: false,
    ipAddress: session.ipAddress,
    userAgent: session.userAgent,
    callCount: session.callCount,
  };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A version 4 UUID out of 16 random bytes. */
export function uuidFrom(bytes: Uint8Array): string {
  const copy = Uint8Array.from(bytes);
  copy[6] = (copy[6]! & 0x0f) | 0x40;
  copy[8] = (copy[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(copy).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
