import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { storageErrors } from '../disks/index.ts';
import { inventoryPath } from '../inventory/datacenter.ts';
import type { DatastoreEntity } from '../inventory/datastore.ts';
import { allMachines } from '../vcenter.ts';
import { byteRange } from './byte-range.ts';
import { cutAfter } from './cut-connection.ts';
import type { Exchange } from './server.ts';
import { maySeeFiles } from './session-cookie.ts';

/** Gives, takes and deletes files of a datastore: `/folder/<path>?dcPath=<datacenter>&dsName=<datastore>`. */
export async function answerFolder(exchange: Exchange): Promise<void> {
  const { vcenter, request, response, url } = exchange;
  const method = request.method ?? 'GET';
  const finish: Finish = (status, headers = {}, reason = '') => {
    vcenter.journal.call({ method: `${method} /folder`, entity: shown, outcome: String(status) });
    if (status >= 400) request.resume();
    response.writeHead(status, { 'content-length': Buffer.byteLength(reason), ...headers }).end(reason);
  };
  let path: string;
  try {
    path = decodeURIComponent(url.pathname.slice('/folder'.length)).replace(/^\/+|\/+$/g, '');
  } catch {
    path = '';
  }
  let shown = path;
  if (!maySeeFiles(vcenter, request)) return finish(401, { 'www-authenticate': 'Basic realm="VMware HTTP server"' });
  const datastore = datastoreOf(exchange);
  if (datastore === undefined || path === '' || path.split('/').includes('..')) return finish(404);
  shown = datastore.files.pathOf(path);
  const effect = vcenter.faultPlan.take(`${method} /folder`, [shown, posix.basename(path)]);
  if (effect?.kind === 'delay') await vcenter.clock.sleep(effect.milliseconds, exchange.signal);
  if (effect?.kind === 'status') return finish(effect.status);
  if (effect?.kind === 'cut') {
    request.socket.destroy();
    return;
  }
  try {
    // What a running VM writes is held by its host; the others, its snapshots' parents among them, can be read.
    if (isLocked(exchange, datastore, path)) return finish(500, { 'content-type': 'text/plain' }, `Failed to open ${shown}: Device or resource busy\n`);
    if (method === 'GET' || method === 'HEAD') return await give(exchange, datastore, path, finish);
    if (method === 'PUT') {
      const existed = (await datastore.files.stat(path)) !== undefined;
      await datastore.files.put(path, request);
      return finish(existed ? 200 : 201);
    }
    if (method === 'DELETE') {
      await datastore.files.delete(path);
      return finish(204);
    }
    return finish(405);
  } catch (error) {
    if (response.headersSent || exchange.signal.aborted) throw error;
    if (storageErrors.is(error, 'DATASTORE_FILE_ABSENT')) return finish(404);
    if (storageErrors.is(error, 'DATASTORE_PATH_REFUSED')) return finish(400);
    throw error;
  }
}

type Finish = (status: number, headers?: Record<string, string | number>, reason?: string) => void;

async function give(exchange: Exchange, datastore: DatastoreEntity, path: string, finish: Finish): Promise<void> {
  const { vcenter, request, response } = exchange;
  const file = await datastore.files.stat(path);
  if (file === undefined || file.type === 'folder') return finish(404);
  const range = byteRange(request.headers.range, file.size);
  if (range === 'beyond') return finish(416, { 'content-range': `bytes */${file.size}` });
  const start = range?.first ?? 0;
  const end = range === undefined ? file.size : range.last + 1;
  const headers = {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'last-modified': new Date(file.modified).toUTCString(),
    ...(range !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${file.size}` }),
  };
  if (request.method === 'HEAD' || end === start) return finish(range === undefined ? 200 : 206, { ...headers, 'content-length': end - start });
  const name = datastore.files.pathOf(path);
  const body = await datastore.files.read(path, { first: start, last: end - 1 });
  vcenter.journal.call({ method: 'GET /folder', entity: name, outcome: range === undefined ? '200' : '206' });
  response.writeHead(range === undefined ? 200 : 206, { ...headers, 'content-length': end - start });
  // Noted before the bytes leave, so that whoever has received them finds them in the journal.
  const noted = vcenter.journal.read(name, start);
  await pipeline(
    body,
    async function* (parts: AsyncIterable<Buffer>) {
      for await (const part of cutAfter(vcenter, response, parts)) {
        noted.end += part.byteLength;
        yield part;
      }
    },
    response,
  );
}

function datastoreOf({ vcenter, url }: Exchange): DatastoreEntity | undefined {
  const dcPath = url.searchParams.get('dcPath');
  const found = vcenter.datacenters.filter((datacenter) => dcPath === null || inventoryPath(datacenter) === dcPath.replace(/^\/+|\/+$/g, ''));
  // Without a datacenter the name alone decides, as long as there is only one place to look.
  if (found.length !== 1) return undefined;
  return found[0]!.datastores.find((datastore) => datastore.name === url.searchParams.get('dsName'));
}

function isLocked({ vcenter }: Exchange, datastore: DatastoreEntity, path: string): boolean {
  const disk = vcenter.shelf.writtenIn(datastore, path);
  if (disk === undefined) return false;
  return allMachines(vcenter).some(
    (machine) => machine.power === 'poweredOn' && [...machine.disks.values()].some((one) => one.disk === disk && one.layer === undefined),
  );
}
