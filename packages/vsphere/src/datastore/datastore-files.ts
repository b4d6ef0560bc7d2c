import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Semaphore } from '@holdfast/kit';
import { connectionFailure, sendRequest, trustedAgent } from '../client/https.ts';
import type { Vcenter } from '../client/vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import { folderUrl } from './datastore-path.ts';
import { RangeReader } from './range-reader.ts';

export interface DatastoreFilesOptions {
  /** inventory path of the datacenter */
  readonly datacenter: string;
  /** Requests at once, each on a connection of its own; 4 when absent. Hosts serve few: stay below 8 a host. */
  readonly connectionsMax?: number | undefined;
  /** How long a connection may be silent; 60,000 when absent. */
  readonly silenceMsMax?: number | undefined;
}

/** Files of the datastores of one datacenter, by path `[datastore] folder/name`. Fits `DatastoreFiles` of the disks room. Tries nothing twice. */
export interface VcenterFiles extends Disposable {
  /** bytes. @throws `DATASTORE_FILE_ABSENT`, `DATASTORE_FILE_LOCKED`, `DATASTORE_ACCESS`, `DATASTORE_TRANSFER` */
  size(path: string, signal?: AbortSignal): Promise<number>;
  /** Fills `into` from `offset` on; `filled` is told how many bytes have arrived so far. Throws as `size` does. */
  read(path: string, offset: number, into: Uint8Array, signal?: AbortSignal, filled?: (bytes: number) => void): Promise<void>;
  /** A small file whole. @throws as `size` does, and `VSPHERE_LIMIT` when it is larger than `bytesMax` */
  readWhole(path: string, bytesMax: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Replaces the file. Throws as `size` does. */
  put(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
}

const connectionsMaxDefault = 4;
const silenceMsMaxDefault = 60_000;
/** What a server says about an error is read up to here. */
const complaintBytesMax = 4096;

export function datastoreFiles(vcenter: Vcenter, options: DatastoreFilesOptions): VcenterFiles {
  const connectionsMax = options.connectionsMax ?? connectionsMaxDefault;
  const silenceMsMax = options.silenceMsMax ?? silenceMsMaxDefault;
  const { address } = vcenter;
  const agent = trustedAgent(address, vcenter.trust, { keepAlive: true, connectionsMax });
  const connections = new Semaphore(connectionsMax);
  const ranges = new RangeReader(vcenter, silenceMsMax);

  /** Sends it and returns the response when its status is one of `wanted`; signs in again once when the session is gone. */
  const send = async (
    method: string,
    path: string,
    wanted: readonly number[],
    signal: AbortSignal | undefined,
    headers: OutgoingHttpHeaders,
    body?: Uint8Array,
  ): Promise<IncomingMessage> => {
    for (let attempt = 1; ; attempt++) {
      const cookie = vcenter.cookie;
      const response = await sendRequest({
        address,
        agent,
        method,
        path: folderUrl(path, options.datacenter),
        headers: { ...(cookie === undefined ? {} : { Cookie: cookie }), ...headers },
        ...(body === undefined ? {} : { body }),
        signal,
        silenceMsMax,
      });
      const status = response.statusCode ?? 0;
      if (wanted.includes(status)) return response;
      const complaint = await readComplaint(response);
      if (status !== 401 || attempt > 1) throw refusal(path, method, status, complaint);
      await vcenter.signInAgain(cookie);
    }
  };

  return {
    size: (path, signal) =>
      connections.run(async () => {
        const response = await send('HEAD', path, [200], signal, {});
        response.resume();
        const length = Number(response.headers['content-length'] ?? Number.NaN);
        if (!Number.isSafeInteger(length))
          throw vsphereErrors.create('DATASTORE_TRANSFER', `the server doesn't say how large ${path} is`, { subject: { file: path } });
        return length;
      }),
    read: (path, offset, into, signal, filled) =>
      connections.run(async () => {
        if (into.length === 0 || (await ranges.read(folderUrl(path, options.datacenter), offset, into, signal, filled))) return;
        const last = offset + into.length - 1;
        const response = await send('GET', path, [206], signal, { Range: `bytes=${offset}-${last}` });
        const range = /^bytes (\d+)-(\d+)\//.exec(response.headers['content-range'] ?? '');
        if (range === null || Number(range[1]) !== offset || Number(range[2]) !== last) {
          response.destroy();
          const got = response.headers['content-range'] ?? 'no range';
          throw vsphereErrors.create('DATASTORE_TRANSFER', `asked for bytes ${offset} to ${last} of ${path}, got ${got}`, { subject: { file: path } });
        }
        await fill(response, path, into, filled).catch((error: unknown) => {
          throw connectionFailure(error, address, signal);
        });
      }),
    readWhole: (path, bytesMax, signal) =>
      connections.run(async () => {
        const response = await send('GET', path, [200], signal, {});
        const parts: Buffer[] = [];
        let bytes = 0;
        try {
          for await (const part of response as AsyncIterable<Buffer>) {
            bytes += part.length;
            if (bytes > bytesMax) throw vsphereErrors.create('VSPHERE_LIMIT', `${path} is larger than ${bytesMax} bytes`, { subject: { file: path } });
            parts.push(part);
          }
        } catch (error) {
          response.destroy();
          throw connectionFailure(error, address, signal);
        }
        return new Uint8Array(Buffer.concat(parts));
      }),
    put: (path, bytes, signal) =>
      connections.run(async () => {
        const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': bytes.length };
        const response = await send('PUT', path, [200, 201, 204], signal, headers, bytes);
        response.resume();
      }),
    [Symbol.dispose]: () => {
      agent.destroy();
      ranges[Symbol.dispose]();
    },
  };
}

/** Copies the body into the caller's buffer as it arrives. */
function fill(response: IncomingMessage, path: string, into: Uint8Array, filled: ((bytes: number) => void) | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0;
    response.on('data', (part: Buffer) => {
      if (at + part.length > into.length) {
        response.destroy();
        return reject(vsphereErrors.create('DATASTORE_TRANSFER', `more bytes of ${path} came than were asked for`, { subject: { file: path } }));
      }
      into.set(part, at);
      at += part.length;
      filled?.(at);
    });
    response.on('error', reject);
    response.on('close', () => {
      if (at === into.length) resolve();
      else
        reject(vsphereErrors.create('DATASTORE_TRANSFER', `the connection ended after ${at} of ${into.length} bytes of ${path}`, { subject: { file: path } }));
    });
    response.on('end', () => {
      if (at === into.length) resolve();
    });
  });
}

async function readComplaint(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      text += part.toString('utf8');
      if (text.length > complaintBytesMax) break;
    }
  } catch {
    // The status says enough; the text was only to say it better.
  }
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}

function refusal(path: string, method: string, status: number, complaint: string): Error {
  const said = `HTTP ${status}${complaint === '' ? '' : `: ${complaint}`}`;
  const details = { subject: { file: path, status } };
  if (status === 404) return vsphereErrors.create('DATASTORE_FILE_ABSENT', `${path} is not there (${said})`, details);
  // Hosts say in words only that somebody holds a file open.
  if (status === 423 || status === 409 || (status >= 500 && /lock|in use|busy/i.test(complaint))) {
    return vsphereErrors.create('DATASTORE_FILE_LOCKED', `${path} is locked by a host (${said})`, details);
  }
  if (status === 401 || status === 403) return vsphereErrors.create('DATASTORE_ACCESS', `${method} of ${path} is not allowed (${said})`, details);
  return vsphereErrors.create('DATASTORE_TRANSFER', `${method} of ${path} failed (${said})`, details);
}
