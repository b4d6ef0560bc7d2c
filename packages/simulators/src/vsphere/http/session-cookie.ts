import type { IncomingMessage } from 'node:http';
import type { Session } from '../session/sessions.ts';
import type { Vcenter } from '../vcenter.ts';

const cookieName = 'vmware_soap_session';

/** The quotes are part of the value, as vCenter sends it. */
export function sessionCookie(session: Session): string {
  return `${cookieName}="${session.key}"; Path=/; HttpOnly; Secure`;
}

/** The session key a request names in its cookie. */
export function sessionKeyOf(request: IncomingMessage): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const match = /^\s*vmware_soap_session\s*=\s*"?([^"]*)"?\s*$/.exec(part);
    if (match !== null) return match[1];
  }
  return undefined;
}

/** Files are given to whoever shows a live session or, by Basic authentication, a password. */
export function maySeeFiles(vcenter: Vcenter, request: IncomingMessage): boolean {
  if (vcenter.sessions.use(sessionKeyOf(request)) !== undefined) return true;
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return false;
  const [userName, ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return vcenter.sessions.accepts(userName ?? '', password.join(':'));
}
