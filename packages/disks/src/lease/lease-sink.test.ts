import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, MiB, systemClock } from '@holdfast/kit';
import { expect, test } from 'vitest';
import type { DiskSink } from '../disk.ts';
import { fixedRandom } from '../testing/fixed-environment.ts';
import { keepAs, leaseServer } from '../testing/lease-server.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { sinkConformance } from '../testing/sink-conformance.ts';
import { type LeaseSinkOptions, leaseSink } from './lease-sink.ts';

function sinkTo(url: string, capacity: number, options: Partial<LeaseSinkOptions> = {}): DiskSink {
  return leaseSink({
    disk: 'web01 disk 2000',
    url,
    capacity,
    open: (target, headers) => request(target, { method: 'POST', headers: { ...headers, cookie: 'vmware_soap_session="s"' } }),
    clock: systemClock,
    random: fixedRandom,
    ...options,
  });
}

sinkConformance({
  name: 'an import lease',
  format: 'vmdk',
  order: 'ascending',
  create: async (folder, capacity) => {
    const path = join(folder, 'uploaded.vmdk');
    const server = await leaseServer(keepAs(path));
    return { sink: sinkTo(server.url, capacity), path, end: async () => server[Symbol.asyncDispose]() };
  },
});

test('the disk goes as one chunked POST of the right type, with the session, and every byte is told', async () => {
  await using folder = await scratchFolder();
  await using server = await leaseServer(keepAs(folder.file('disk.vmdk')));
  const told: number[] = [];
  const sink = sinkTo(server.url, 8 * MiB, { progress: (bytes) => told.push(bytes) });
  await sink.write(0, randomBytes(4 * MiB));
  await sink.close();
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({ method: 'POST', url: '/nfc/52f7/disk-0.vmdk' });
  expect(server.requests[0]?.headers).toMatchObject({
    'content-type': 'application/x-vnd.vmware-streamVmdk',
    'transfer-encoding': 'chunked',
    cookie: 'vmware_soap_session="s"',
  });
  expect(told.length).toBeGreaterThan(4);
  expect(told.at(-1)).toBe((await stat(folder.file('disk.vmdk'))).size);
});

test('a host that takes nothing stops the writer, and more is held in memory than a few MiB never', async () => {
  await using server = await leaseServer((incoming) => incoming.pause());
  const sink = sinkTo(server.url, 1024 * MiB);
  const bytes = randomBytes(MiB);
  let written = 0;
  const writing = (async () => {
    for (let offset = 0; offset < 1024 * MiB; offset += MiB) {
      await sink.write(offset, bytes);
      written++;
    }
  })();
  writing.catch(() => undefined);
  for (let before = -1; before !== written || written === 0; await sleep(200)) before = written;
  // What the sockets' own buffers hold comes on top of what the sink holds.
  expect(written).toBeLessThan(40);
  await sink.abort(new Error('enough'));
  await expect(writing).rejects.toMatchObject({ code: 'DISK_UPLOAD_FAILED' });
});

test.each([
  [403, 'DISK_UPLOAD_REFUSED'],
  [500, 'DISK_UPLOAD_FAILED'],
])('a host that answers %i is quoted, with the disk', async (status, code) => {
  await using server = await leaseServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => response.writeHead(status).end('no such luck'));
  });
  const sink = sinkTo(server.url, MiB);
  await sink.write(0, randomBytes(MiB));
  await expect(sink.close()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(new RegExp(`^web01 disk 2000: the upload to 127.0.0.1:\\d+ answered ${status}: no such luck$`)),
    subject: { disk: 'web01 disk 2000' },
  });
});

test('a host that says yes before the end hasn’t got the disk', async () => {
  await using server = await leaseServer((_incoming, response) => response.writeHead(200).end());
  const sink = sinkTo(server.url, 64 * MiB);
  const outcome = (async () => {
    for (let offset = 0; offset < 64 * MiB; offset += MiB) await sink.write(offset, randomBytes(MiB));
    await sink.close();
  })();
  await expect(outcome).rejects.toMatchObject({ code: 'DISK_UPLOAD_FAILED' });
});

test('a connection cut half-way ends the disk with an error, and it can’t be finished', async () => {
  await using server = await leaseServer((incoming) => {
    let taken = 0;
    incoming.on('data', (part: Buffer) => {
      taken += part.length;
      if (taken > 3 * MiB) incoming.socket.destroy();
    });
  });
  const sink = sinkTo(server.url, 64 * MiB);
  const writing = (async () => {
    for (let offset = 0; offset < 64 * MiB; offset += MiB) await sink.write(offset, randomBytes(MiB));
  })();
  await expect(writing).rejects.toMatchObject({ code: 'DISK_UPLOAD_FAILED', kind: 'unavailable' });
  await expect(sink.close()).rejects.toMatchObject({ code: 'DISK_UPLOAD_FAILED' });
});

test('a host that isn’t there is said so', async () => {
  const server = await leaseServer(() => undefined);
  await server[Symbol.asyncDispose]();
  const sink = sinkTo(server.url, MiB);
  await expect(sink.close()).rejects.toMatchObject({ code: 'DISK_UPLOAD_FAILED', message: expect.stringContaining('ECONNREFUSED') });
});

test('a host that never answers is given up after the stall limit', async () => {
  await using server = await leaseServer((incoming) => incoming.resume());
  let elapsed = 0;
  const fast: Clock = {
    now: () => elapsed,
    elapsed: () => elapsed,
    sleep: async (milliseconds) => {
      // Waits for the sockets a little each time, while an hour goes by in a moment.
      await sleep(5);
      elapsed += milliseconds;
    },
  };
  const sink = sinkTo(server.url, MiB, { clock: fast, stallMsMax: 60_000 });
  await sink.write(0, randomBytes(MiB));
  await expect(sink.close()).rejects.toMatchObject({ code: 'DISK_UPLOAD_FAILED', message: expect.stringContaining('took nothing for 60 s') });
});
