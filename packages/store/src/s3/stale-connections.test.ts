import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { RetryNotice } from './s3-options.ts';
import { s3Store } from './s3-store.ts';
import { impatient } from './scripted-server.ts';

/** Answers the first request of each connection; what it does on the second is up to the test. */
async function rawServer(onSecond: (socket: Socket) => void): Promise<{ endpoint: string; connections(): number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let requests = 0;
    socket.on('data', () => {
      if (++requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      else onSecond(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const options = { bucket: 'bucket', region: 'us-east-1', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } };

test.each([
  ['closes', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])('a connection that the other end %s while it is idle is replaced without a pause and without slowing down', async (_, onSecond) => {
  await using server = await rawServer(onSecond);
  const notices: RetryNotice[] = [];
  const store = s3Store({ ...options, endpoint: server.endpoint, onRetry: (notice) => notices.push(notice) }, impatient());
  for (let n = 0; n < 3; n++) expect(Buffer.from(await store.get('k')).toString()).toBe('ok');
  expect(notices).toEqual([expect.objectContaining({ pauseMs: 0, concurrency: 16 }), expect.objectContaining({ pauseMs: 0, concurrency: 16 })]);
  expect(server.connections()).toBe(3);
  await store.close();
});

test('bytes that come while nothing is asked spoil their connection, and are never taken for the next answer', async () => {
  let spoiled: Promise<unknown> = Promise.resolve();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    spoiled = once(socket, 'close');
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
    socket.setNoDelay(true);
    intrude = () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
  }).listen(0, '127.0.0.1');
  let intrude = () => true;
  await once(server, 'listening');
  const store = s3Store({ ...options, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, impatient());
  for (let n = 0; n < 3; n++) {
    expect(Buffer.from(await store.get('k')).toString()).toBe('ok');
    intrude();
    // The client closes it by itself.
    await spoiled;
  }
  await store.close();
  server.close();
});
