import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerReader, headBytesMax } from './answer-reader.ts';
import { refusalBytesMax } from './exchange.ts';

/** Feeds bytes in pieces of the given sizes, never more than there is space for; the rest is what was not asked for. */
function feed(bytes: Buffer, sizes: readonly number[], bytesMax = 1000): AnswerReader {
  const reader = new AnswerReader(bytesMax, Buffer.alloc(headBytesMax));
  for (let at = 0, n = 0; at < bytes.length && reader.answer === undefined; n++) {
    const space = reader.space();
    const count = Math.min(space.length, bytes.length - at, Math.max(1, sizes[n % sizes.length]!));
    space.set(bytes.subarray(at, at + count));
    at += count;
    reader.received(count);
  }
  return reader;
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });

test('however the bytes arrive, the answer is the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), sizes, fc.boolean(), (body, pieces, interim) => {
      const head = `${interim ? 'HTTP/1.1 100 Continue\r\n\r\n' : ''}HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nX-Amz-Thing:  a: b \r\n\r\n`;
      const reader = feed(Buffer.concat([Buffer.from(head), body]), pieces);
      expect(reader.answer).toEqual({ status: 200, headers: { 'content-length': String(body.length), 'x-amz-thing': 'a: b' }, body: Buffer.from(body) });
      expect(reader.reusable).toBe(true);
    }),
  );
});

test('a refusal may come in chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 5 }), sizes, (chunks, pieces) => {
      const coded = chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)};x=1\r\n`), Buffer.from(chunk), Buffer.from('\r\n')]);
      const reader = feed(
        Buffer.concat([Buffer.from('HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n'), ...coded, Buffer.from('0\r\n\r\n')]),
        pieces,
      );
      expect(reader.answer).toMatchObject({ status: 403, body: Buffer.concat(chunks) });
      expect(reader.reusable).toBe(true);
    }),
  );
});

test('a refusal may end with its connection, which is then not used again', () => {
  const reader = feed(Buffer.from('HTTP/1.1 503 Slow Down\r\n\r\nlater'), [7]);
  expect(reader.answer).toBeUndefined();
  reader.closed();
  expect(reader.answer).toMatchObject({ status: 503, body: Buffer.from('later') });
  expect(reader.reusable).toBe(false);
});

test.each(['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'])(
  'a connection that will be closed is not used again',
  (text) => {
    const reader = feed(Buffer.from(text), [100]);
    expect(reader.answer).toBeDefined();
    expect(reader.reusable).toBe(false);
  },
);

test('every answer that ends early says so', () => {
  const whole = Buffer.from('HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\n\r\n0123456789');
  for (let length = 0; length < whole.length; length++) {
    const reader = feed(whole.subarray(0, length), [1000]);
    expect(reader.answer).toBeUndefined();
    expect(() => reader.closed()).toThrow(/closed before|broke off/);
  }
});

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['no length', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['an object in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n'],
  ['length and chunks', 'HTTP/1.1 403 No\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n'],
  ['a length in words', 'HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n'],
  ['another encoding', 'HTTP/1.1 403 No\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ['a header without a name', 'HTTP/1.1 200 OK\r\n: 5\r\n\r\n'],
  ['more than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc'],
  ['a chunk of no size', 'HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['more than was expected', 'HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n'],
  ['a refusal without end', `HTTP/1.1 403 No\r\n\r\n${'x'.repeat(refusalBytesMax)}`],
  ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}`],
])('%s is not an answer', (_, text) => {
  expect(() => feed(Buffer.from(text), [100_000])).toThrow(expect.objectContaining({ name: 'WireFailure' }));
});

test('bytes behind the end are noticed', () => {
  const reader = feed(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), [100]);
  expect(reader.space().length).toBeGreaterThan(0);
  expect(() => reader.received(1)).toThrow('more than it had announced');
});
