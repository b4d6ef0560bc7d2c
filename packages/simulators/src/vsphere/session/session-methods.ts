import { type Handlers, sessionOf } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import { type Session, userSession } from './sessions.ts';

export const sessionHandlers: Handlers = {
  Login: (call) => {
    const { userName, password, locale } = call.parameters as { userName: string; password: string; locale?: string };
    const { vcenter, caller } = call;
    if (call.session !== undefined) throw vimFault('InvalidLogin', 'Cannot complete login: the session is already logged in.');
    let session: Session;
    try {
      session = vcenter.sessions.login(userName, password, { ...caller, locale: locale ?? 'en' });
    } catch (error) {
      const message = `Cannot login ${userName}@${caller.ipAddress}`;
      vcenter.events.post('BadUsernameSessionEvent', userName, message, { entities: [], fields: {} }, { ipAddress: caller.ipAddress });
      throw error;
    }
    vcenter.events.post('UserLoginSessionEvent', userName, `User ${userName}@${caller.ipAddress} logged in as ${caller.userAgent}`, nowhere, {
      ipAddress: caller.ipAddress,
      userAgent: caller.userAgent,
      locale: session.locale,
      sessionId: session.key,
    });
    call.grant(session);
    return userSession(session);
  },
  Logout: (call) => {
    const session = sessionOf(call);
    call.vcenter.sessions.end(session);
    call.vcenter.events.post('UserLogoutSessionEvent', session.userName, `User ${session.userName}@${session.ipAddress} logged out`, nowhere, {
      ipAddress: session.ipAddress,
      userAgent: session.userAgent,
      callCount: session.callCount,
      sessionId: session.key,
      loginTime: new Date(session.loginTimeMs),
    });
  },
  SessionIsActive: (call) => {
    const { sessionID, userName } = call.parameters as { sessionID: string; userName: string };
    return call.vcenter.sessions.isActive(sessionID, userName);
  },
  TerminateSession: (call) => {
    for (const key of call.parameters.sessionId as string[]) {
      const session = call.vcenter.sessions.all().find((one) => one.key === key);
      if (session === undefined) throw vimFault('NotFound', `There is no session ${key}`);
      call.vcenter.sessions.end(session);
    }
  },
  SetLocale: () => undefined,
};

const nowhere = { entities: [], fields: {} };
