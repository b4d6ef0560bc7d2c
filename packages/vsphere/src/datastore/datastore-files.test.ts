import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { scriptedServer } from '../../test/scripted-server.ts';
import { vsphereErrors } from '../errors.ts';
import { datastoreFiles } from './datastore-files.ts';
import { folderUrl, parseDatastorePath } from './datastore-path.ts';

const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) & 255);
const file = '[ds 1] web/web-flat.vmdk';

type Files = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves {@link content} by range, as a vCenter does. */
const ranges: Files = (request, response) => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const bytes = content.subarray(Number(from), Number(to) + 1);
  response.writeHead(206, { 'Content-Range': `bytes ${from}-${to}/${content.length}`, 'Content-Length': bytes.length });
  response.end(bytes);
};

async function withFiles<T>(
  files: Files,
  work: (files: ReturnType<typeof datastoreFiles>, server: Awaited<ReturnType<typeof scriptedServer>>) => Promise<T>,
  connectionsMax?: number,
): Promise<T> {
  await using server = await scriptedServer(() => undefined, { files });
  await using vcenter = await server.connect();
  using ours = datastoreFiles(vcenter, { datacenter: 'Europe/DC 1', connectionsMax });
  return await work(ours, server);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'nothing',
    (error) => (vsphereErrors.is(error) ? error.code : String(error)),
  );
}

describe('a file of a datastore', () => {
  test('is read in parts into the buffer it is asked for, with the session and the whole path', async () => {
    await withFiles(
      (request, response) => {
        expect(request.headers.cookie).toBe('vmware_soap_session="1"');
        ranges(request, response);
      },
      async (files, server) => {
        const into = new Uint8Array(5000);
        const told: number[] = [];
        await files.read(file, 12_345, into, undefined, (bytes) => told.push(bytes));
        expect(into).toEqual(content.subarray(12_345, 17_345));
        expect(told.at(-1)).toBe(5000);
        expect(server.requests.at(-1)).toBe('GET /folder/web/web-flat.vmdk?dcPath=Europe%2FDC%201&dsName=ds%201');
      },
    );
  });

  test('is read by many at once over no more connections than allowed', async () => {
    const connections = new Set<unknown>();
    let open = 0;
    let most = 0;
    await withFiles(
      (request, response) => {
        connections.add(request.socket);
        most = Math.max(most, ++open);
        setImmediate(() => {
          open--;
          ranges(request, response);
        });
      },
      async (files) => {
        const parts = await Promise.all(
          Array.from({ length: 40 }, async (_, i) => {
            const into = new Uint8Array(1000);
            await files.read(file, i * 1000, into);
            return into;
          }),
        );
        expect(Buffer.concat(parts)).toEqual(Buffer.from(content.subarray(0, 40_000)));
        expect(most).toBeLessThanOrEqual(3);
        expect(connections.size).toBeLessThanOrEqual(3);
      },
      3,
    );
  });

  test('is read from a server that sends in chunks, each part asked for only once after the first', async () => {
    await withFiles(
      (request, response) => {
        response.removeHeader('Content-Length');
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
        response.writeHead(206, { 'Content-Range': `bytes ${from}-${to}/*`, 'Transfer-Encoding': 'chunked' });
        response.end(content.subarray(Number(from), Number(to) + 1));
      },
      async (files, server) => {
        for (let at = 0; at < 10_000; at += 1000) {
          const into = new Uint8Array(1000);
          await files.read(file, at, into);
          expect(into).toEqual(content.subarray(at, at + 1000));
        }
        expect(server.requests.filter((line) => line.startsWith('GET /folder'))).toHaveLength(11);
      },
    );
  });

  test('is read on, over a new connection, when the server has closed the kept one', async () => {
    await withFiles(
      (request, response) => {
        ranges(request, response);
        response.on('finish', () => request.socket.destroySoon());
      },
      async (files) => {
        for (let at = 0; at < 5000; at += 1000) {
          const into = new Uint8Array(1000);
          await files.read(file, at, into);
          expect(into).toEqual(content.subarray(at, at + 1000));
        }
      },
    );
  });

  test('is not waited for without end when the server falls silent', async () => {
    await using server = await scriptedServer(() => undefined, { files: () => {} });
    await using vcenter = await server.connect();
    using files = datastoreFiles(vcenter, { datacenter: 'DC', silenceMsMax: 50 });
    expect(await codeOf(files.read(file, 0, new Uint8Array(10)))).toBe('VSPHERE_TIMEOUT');
  });

  test('tells its size', async () => {
    const size = await withFiles(
      (request, response) => {
        expect(request.method).toBe('HEAD');
        response.writeHead(200, { 'Content-Length': 10_737_418_240 });
        response.end();
      },
      (files) => files.size(file),
    );
    expect(size).toBe(10_737_418_240);
  });

  test('that stops in the middle fails, after telling how far it came', async () => {
    await withFiles(
      (_request, response) => {
        response.writeHead(206, { 'Content-Range': 'bytes 0-9999/100000', 'Content-Length': 10_000 });
        response.write(content.subarray(0, 4000), () => response.destroy());
      },
      async (files) => {
        let arrived = 0;
        const into = new Uint8Array(10_000);
        const code = await codeOf(
          files.read(file, 0, into, undefined, (bytes) => {
            arrived = bytes;
          }),
        );
        expect(['DATASTORE_TRANSFER', 'VSPHERE_UNREACHABLE']).toContain(code);
        expect(into.subarray(0, arrived)).toEqual(content.subarray(0, arrived));
      },
    );
  });

  test.each([
    ['the whole file', { status: 200, headers: {} }, 'DATASTORE_TRANSFER'],
    ['another range', { status: 206, headers: { 'Content-Range': 'bytes 0-99/100000' } }, 'DATASTORE_TRANSFER'],
    ['no range', { status: 206, headers: {} }, 'DATASTORE_TRANSFER'],
  ])('is not read when the server sends %s instead', async (_what, { status, headers }, code) => {
    const answer: Files = (_request, response) => {
      response.writeHead(status, headers);
      response.end(content.subarray(0, 100));
    };
    expect(await withFiles(answer, (files) => codeOf(files.read(file, 500, new Uint8Array(100))))).toBe(code);
  });

  test.each([
    [404, '', 'DATASTORE_FILE_ABSENT'],
    [403, '', 'DATASTORE_ACCESS'],
    [500, '<html>Failed to open the file: the file is <b>locked</b></html>', 'DATASTORE_FILE_LOCKED'],
    [500, 'out of memory', 'DATASTORE_TRANSFER'],
    [503, '', 'DATASTORE_TRANSFER'],
  ])('that is answered with HTTP %i %s is told apart', async (status, body, code) => {
    const answer: Files = (_request, response) => {
      response.statusCode = status;
      response.end(body);
    };
    expect(await withFiles(answer, (files) => codeOf(files.read(file, 0, new Uint8Array(10))))).toBe(code);
  });

  test('is read after a new sign-in when the session has ended', async () => {
    let refused = false;
    await withFiles(
      (request, response) => {
        if (request.headers.cookie !== 'vmware_soap_session="2"') {
          refused = true;
          response.statusCode = 401;
          return void response.end();
        }
        ranges(request, response);
      },
      async (files) => {
        const into = new Uint8Array(10);
        await files.read(file, 0, into);
        expect(into).toEqual(content.subarray(0, 10));
        expect(refused).toBe(true);
      },
    );
  });

  test('that nobody may read is told after one new sign-in', async () => {
    const answer: Files = (_request, response) => {
      response.statusCode = 401;
      response.end();
    };
    await withFiles(answer, async (files, server) => {
      expect(await codeOf(files.size(file))).toBe('DATASTORE_ACCESS');
      expect(server.requests.filter((line) => line.startsWith('HEAD'))).toHaveLength(2);
    });
  });

  test('is written whole, and read whole only up to a limit', async () => {
    let written = Buffer.alloc(0);
    await withFiles(
      (request, response) => {
        void (async () => {
          if (request.method === 'PUT') {
            written = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
            response.statusCode = 201;
            return void response.end();
          }
          response.end(written);
        })();
      },
      async (files) => {
        await files.put(file, content);
        expect(await files.readWhole(file, content.length)).toEqual(content);
        expect(await codeOf(files.readWhole(file, content.length - 1))).toBe('VSPHERE_LIMIT');
      },
    );
  });

  test('is let go when the caller gives up', async () => {
    await withFiles(
      () => {},
      async (files) => {
        const caller = new AbortController();
        const read = files.read(file, 0, new Uint8Array(10), caller.signal);
        caller.abort();
        expect(await codeOf(read)).toBe('VSPHERE_CANCELLED');
      },
    );
  });
});

describe('a datastore path', () => {
  test.each([
    ['[ds] vm/vm.vmdk', { datastore: 'ds', path: 'vm/vm.vmdk' }],
    ['[my store] a b/c.vmx', { datastore: 'my store', path: 'a b/c.vmx' }],
    ['[ds]', { datastore: 'ds', path: '' }],
    ['[ds] ', { datastore: 'ds', path: '' }],
  ])('%j has its parts', (text, parts) => {
    expect(parseDatastorePath(text)).toEqual(parts);
  });

  test('is refused in any other form', () => {
    for (const text of ['vm/vm.vmdk', '/vmfs/volumes/ds/vm', '[] x', '']) expect(() => parseDatastorePath(text)).toThrow('datastore path');
  });

  test('keeps its special characters in an address', () => {
    expect(folderUrl('[ds] a#b/50% é?.vmdk', 'DC')).toBe('/folder/a%23b/50%25%20%C3%A9%3F.vmdk?dcPath=DC&dsName=ds');
  });
});
