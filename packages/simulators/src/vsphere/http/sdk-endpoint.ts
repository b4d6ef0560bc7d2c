import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { apiVersions, compareApiVersions, encodeFault, encodeResponse, parseSoapAction } from '@holdfast/vsphere/wire';
import { dispatch, type Outcome } from '../soap/dispatch.ts';
import type { Exchange } from './server.ts';
import { sessionCookie, sessionKeyOf } from './session-cookie.ts';

const requestBytesMax = 64 * 1024 * 1024;
const gzipBytesMin = 1024;
const compress = promisify(gzip);

/** Answers one SOAP call. */
export async function answerSdk(exchange: Exchange): Promise<void> {
  const { vcenter, request, response, signal } = exchange;
  if (Number(request.headers['content-length'] ?? 0) > requestBytesMax) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const version = spokenVersion(request.headers.soapaction, vcenter.apiVersion);
  const outcome = await dispatch(vcenter, {
    text: await text(request),
    version,
    sessionKey: sessionKeyOf(request),
    signal,
    caller: { ipAddress: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? '' },
  });
  if (outcome.cut === true) {
    request.socket.destroy();
    return;
  }
  if (outcome.status !== undefined) {
    response.writeHead(outcome.status).end();
    return;
  }
  const { body, isFault } = encoded(outcome, version);
  if (outcome.granted !== undefined) response.setHeader('set-cookie', sessionCookie(outcome.granted));
  response.statusCode = isFault ? 500 : 200;
  response.setHeader('content-type', 'text/xml; charset="utf-8"');
  response.setHeader('cache-control', 'no-cache');
  const plain = Buffer.from(body, 'utf8');
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) || plain.byteLength < gzipBytesMin) {
    response.end(plain);
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  response.end(await compress(plain));
}

function encoded(outcome: Outcome, version: string): { body: string; isFault: boolean } {
  if (outcome.fault !== undefined) return { body: encodeFault({ message: outcome.fault.message, fault: outcome.fault.fault }, version), isFault: true };
  try {
    return { body: encodeResponse(outcome.method, outcome.result, version), isFault: false };
  } catch (error) {
    // A value of ours that the schema doesn't allow is our defect: it is told, loudly, instead of being sent.
    const reason = `the simulator made an answer to ${outcome.method} that the schema doesn't allow: ${(error as Error).message}`;
    return { body: encodeFault({ message: reason, fault: { $type: 'SystemError', reason } }, version), isFault: true };
  }
}

/** The version a request is answered in: what it asks for, at most ours; without a version the oldest, as vCenter does. */
function spokenVersion(header: string | string[] | undefined, apiVersion: string): string {
  const asked = parseSoapAction(Array.isArray(header) ? header[0] : header) ?? apiVersions[0]!;
  return compareApiVersions(asked, apiVersion) > 0 ? apiVersion : asked;
}
