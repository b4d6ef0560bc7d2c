import type { Session } from '../session/sessions.ts';
import type { Call } from '../soap/call.ts';

/** Who reads properties: that decides which ones exist and which may be seen. */
export interface Reader {
  readonly version: string;
  readonly session: Session | undefined;
  /** Privileges the reader lacks. */
  readonly denied: ReadonlySet<string>;
}

export function readerOf(call: Call): Reader {
  const denied = call.session === undefined ? new Set<string>() : call.vcenter.sessions.missingPrivileges(call.session);
  return { version: call.version, session: call.session, denied };
}
