import { expect, test } from 'vitest';
import { guardedSink, type SinkBody } from './guarded-sink.ts';

function recorder(override: Partial<SinkBody> = {}): { body: SinkBody; calls: string[] } {
  const calls: string[] = [];
  const body: SinkBody = {
    order: 'any',
    transport: 'test',
    write: async (offset, bytes) => void calls.push(`write ${offset} ${bytes.length}`),
    zero: async (offset, length) => void calls.push(`zero ${offset} ${length}`),
    flush: async () => void calls.push('flush'),
    finish: async () => void calls.push('finish'),
    discard: async () => void calls.push('discard'),
    ...override,
  };
  return { body, calls };
}

test('a disk with a failed write is never finished, and the first failure is the one told', async () => {
  const { body, calls } = recorder({ write: async (offset) => Promise.reject(new Error(`no room at ${offset}`)) });
  const sink = guardedSink('web01', 4096, body);
  await expect(sink.write(512, new Uint8Array(512))).rejects.toThrow('no room at 512');
  await expect(sink.zero(0, 512)).rejects.toThrow('no room at 512');
  await expect(sink.close()).rejects.toThrow('no room at 512');
  await sink.abort(new Error('after that'));
  expect(calls).toEqual(['discard']);
});

test('a disk that can’t be finished is discarded', async () => {
  const { body, calls } = recorder({ finish: async () => Promise.reject(new Error('no name')) });
  const sink = guardedSink('web01', 4096, body);
  await expect(sink.close()).rejects.toThrow('no name');
  expect(calls).toEqual(['discard']);
});

test('closing waits for the writes under way, and closing twice is closing once', async () => {
  const gate = Promise.withResolvers<void>();
  const { body, calls } = recorder({
    write: async () => {
      await gate.promise;
      calls.push('written');
    },
  });
  const sink = guardedSink('web01', 4096, body);
  const writing = sink.write(0, new Uint8Array(512));
  const closing = Promise.all([sink.close(), sink.close()]);
  gate.resolve();
  await Promise.all([writing, closing]);
  expect(calls).toEqual(['written', 'finish']);
  await expect(sink.write(0, new Uint8Array(512))).rejects.toMatchObject({ code: 'DISK_ABANDONED' });
});

test('giving up cuts a finish short that hangs', async () => {
  const begun = Promise.withResolvers<void>();
  const hanging = Promise.withResolvers<void>();
  const finish = (): Promise<void> => {
    begun.resolve();
    return hanging.promise;
  };
  const { body, calls } = recorder({ finish, cancel: (reason) => hanging.reject(reason) });
  const sink = guardedSink('web01', 4096, body);
  const closing = sink.close();
  await begun.promise;
  await sink.abort(new Error('enough'));
  await expect(closing).rejects.toThrow('enough');
  expect(calls).toEqual(['discard']);
});

test('an ascending sink carries out one call after the other', async () => {
  const order: string[] = [];
  const { body } = recorder({
    order: 'ascending',
    write: async (offset) => {
      order.push(`begin ${offset}`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`end ${offset}`);
    },
  });
  const sink = guardedSink('web01', 4096, body);
  await Promise.all([sink.write(0, new Uint8Array(512)), sink.write(512, new Uint8Array(512))]);
  expect(order).toEqual(['begin 0', 'end 0', 'begin 512', 'end 512']);
});

test('a disk given up before its finish began isn’t told to be closed', async () => {
  const gate = Promise.withResolvers<void>();
  const { body, calls } = recorder({ write: () => gate.promise });
  const sink = guardedSink('web01', 4096, body);
  const writing = sink.write(0, new Uint8Array(512));
  const closing = sink.close();
  const aborting = sink.abort(new Error('enough'));
  gate.resolve();
  await Promise.all([writing, aborting]);
  await expect(closing).rejects.toMatchObject({ code: 'DISK_ABANDONED' });
  expect(calls).toEqual(['discard']);
});
