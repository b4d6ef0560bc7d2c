import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RetryNotice } from './s3-options.ts';
import { s3Store } from './s3-store.ts';
import { impatient, refuse, scriptedServer, shortWaits } from './scripted-server.ts';

const body = Buffer.from('the body of an object');

test('503 to every third request: nothing is lost, and every retry is told', async () => {
  const kept = new Map<string, Buffer>();
  await using server = await scriptedServer((request, response, nth) => {
    if (nth % 3 === 0) return refuse(response, 503, 'SlowDown');
    kept.set(request.path, request.body);
    response.end();
  });
  const notices: RetryNotice[] = [];
  const store = s3Store({ ...server.options, onRetry: (notice) => notices.push(notice) }, impatient());
  await Promise.all(Array.from({ length: 60 }, (_, n) => store.put(`k/${n}`, Buffer.from(`${n}`))));
  await store.close();
  expect([...kept].sort()).toEqual(Array.from({ length: 60 }, (_, n) => [`/bucket/k/${n}`, Buffer.from(`${n}`)] as [string, Buffer]).sort());
  expect(notices).toHaveLength(server.seen.length - 60);
  expect(notices[0]).toMatchObject({ operation: 'put', failure: 'throttle', attempt: 1, reason: expect.stringContaining('503 SlowDown') });
  expect(Math.min(...notices.map(({ concurrency }) => concurrency))).toBeLessThan(16);
});

test('pauses grow twofold with full jitter up to their limit, and a wish of the store is respected', async () => {
  const pauses: number[] = [];
  await using server = await scriptedServer((_, response, nth) => {
    if (nth === 9) return refuse(response, 503, 'SlowDown', '', { 'retry-after': '7' });
    if (nth < 12) return refuse(response, 503, 'SlowDown');
    response.end();
  });
  const store = s3Store(server.options, impatient(pauses));
  await store.put('k', body);
  await store.close();
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000, 15_000]);
});

test('patience has an end, which names attempts and reason', async () => {
  await using server = await scriptedServer((_, response) => refuse(response, 503, 'SlowDown'));
  const store = s3Store({ ...server.options, limits: { attemptsMax: 5 } }, impatient());
  const failure = store.put('k', body);
  await expect(failure).rejects.toMatchObject({
    code: 'STORE_THROTTLED',
    kind: 'unavailable',
    subject: { bucket: 'bucket', key: 'k', attempts: 5, request: 'R1' },
  });
  await expect(failure).rejects.toThrow('put k in bucket bucket: the store answered 503 SlowDown "said by the test"');
  await store.close();
  expect(server.seen).toHaveLength(5);
});

test('the deadline ends it too', async () => {
  let elapsed = 0;
  const environment = impatient();
  await using server = await scriptedServer((_, response) => {
    elapsed += 400_000;
    refuse(response, 500, 'InternalError');
  });
  const store = s3Store(server.options, { ...environment, clock: { ...environment.clock, elapsed: () => elapsed } });
  await expect(store.put('k', body)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', did: 'Tried 3 times in 1200.0 s.' });
  await store.close();
});

test('a connection cut while the body is sent, or before the answer, is made anew', async () => {
  await using server = await scriptedServer((_, response, nth) => {
    if (nth % 2 === 1) return response.socket?.destroy();
    response.end();
  });
  const store = s3Store(server.options, impatient());
  for (let n = 0; n < 5; n++) await store.put('k', Buffer.alloc(3_000_000, n));
  await store.close();
  expect(server.seen.filter((_, index) => index % 2 === 1).map(({ body: sent }) => sent.equals(Buffer.alloc(3_000_000, sent[0])))).toEqual(Array(5).fill(true));
});

test('a body that breaks off is fetched again, never returned short', async () => {
  await using server = await scriptedServer((_, response, nth) => {
    response.writeHead(200, { 'content-length': String(body.length) });
    if (nth > 2) return response.end(body);
    response.write(body.subarray(0, 5), () => response.socket?.destroy());
  });
  const store = s3Store(server.options, impatient());
  expect(Buffer.from(await store.get('k'))).toEqual(body);
  await store.close();
  expect(server.seen).toHaveLength(3);
});

test('a body without a length, which could break off unseen, is not believed', async () => {
  await using server = await scriptedServer((_, response) => {
    response.writeHead(200, { 'transfer-encoding': 'chunked' });
    response.end(body);
  });
  const store = s3Store({ ...server.options, limits: { attemptsMax: 3 } }, impatient());
  await expect(store.get('k')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  await store.close();
});

test('a download that stalls is given up and made on a new connection', async () => {
  await using server = await scriptedServer((_, response, nth) => {
    response.writeHead(200, { 'content-length': String(body.length) });
    response.write(body.subarray(0, 3));
    if (nth > 1) response.end(body.subarray(3));
  });
  const notices: RetryNotice[] = [];
  const store = s3Store({ ...server.options, limits: shortWaits, onRetry: (notice) => notices.push(notice) }, impatient());
  expect(Buffer.from(await store.get('k'))).toEqual(body);
  await store.close();
  expect(notices).toEqual([
    expect.objectContaining({ failure: 'transient', reason: expect.stringMatching(/only \d+ bytes moved in 0.15 s while receiving/), concurrency: 8 }),
  ]);
  expect(server.connections()).toBe(2);
});

test('an upload whose answer does not come is given up and made on a new connection', async () => {
  await using server = await scriptedServer((_, response, nth) => {
    if (nth > 1) response.end();
  });
  const notices: RetryNotice[] = [];
  const store = s3Store({ ...server.options, limits: shortWaits, onRetry: (notice) => notices.push(notice) }, impatient());
  await store.put('k', body);
  await store.close();
  expect(notices.map(({ reason }) => reason)).toEqual([expect.stringContaining('no answer came within 0.3 s')]);
  expect(server.connections()).toBe(2);
});

test('a slow transfer that moves is left alone', async () => {
  await using server = await scriptedServer(async (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    for (let n = 0; n < 10; n++) {
      response.write(Buffer.alloc(100));
      await sleep(40);
    }
    response.end();
  });
  const store = s3Store({ ...server.options, limits: { ...shortWaits, stallBytes: 100 } }, impatient());
  expect(await store.get('k')).toHaveLength(1000);
  await store.close();
  expect(server.seen).toHaveLength(1);
});

test('a store refusing in the middle of a large body is heard', async () => {
  await using server = await scriptedServer(() => {});
  const early = createServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 507 Insufficient Storage\r\ncontent-length: 0\r\n\r\n'));
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(early, 'listening');
  const { port } = early.address() as AddressInfo;
  const store = s3Store({ ...server.options, endpoint: `http://127.0.0.1:${port}` }, impatient());
  await expect(store.put('k', Buffer.alloc(64 * 1024 * 1024))).rejects.toMatchObject({ code: 'STORE_FULL' });
  await store.close();
  early.close();
});

test('nobody there is told soon', async () => {
  const { options, ...server } = await scriptedServer(() => {});
  await server[Symbol.asyncDispose]();
  const store = s3Store(options, impatient());
  await expect(store.head('k')).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
    subject: { attempts: 4 },
    message: expect.stringContaining('ECONNREFUSED'),
  });
  await store.close();
}, 10_000);

test('a cancelled request ends at once, with the reason of whoever cancelled it', async () => {
  await using server = await scriptedServer(() => {});
  const store = s3Store(server.options, impatient());
  const cancel = new AbortController();
  const work = store.put('k', Buffer.alloc(10_000_000), { signal: cancel.signal });
  setTimeout(() => cancel.abort(new Error('the user stopped it')), 50);
  await expect(work).rejects.toThrow('the user stopped it');
  await store.close();
});
