import { defineErrors } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { errorDocument, renderError } from './render-error.ts';

const errors = defineErrors({ SNAPSHOT_FAILED: { kind: 'unavailable', meaning: 'm', advice: 'Look into vCenter.' } });
const cause = new Error('connection reset');
const error = errors.create('SNAPSHOT_FAILED', 'web01: the snapshot could not be taken', { did: 'tried 3 times', subject: { vm: 'web01', disk: 2000 }, cause });

test('an error says what happened, to what, what was done, what can be done, and why', () => {
  expect(renderError(error)).toBe(
    [
      'error: web01: the snapshot could not be taken',
      '  code      SNAPSHOT_FAILED',
      '  where     VM web01, disk 2000',
      '  we did    tried 3 times',
      '  you can   Look into vCenter.',
      '  because   connection reset',
    ].join('\n'),
  );
});

test('the VM is put in front where the message does not name it', () => {
  expect(renderError(error, { of: 'db01' })).toMatch(/^error: db01: web01: the snapshot/);
  expect(renderError(error, { of: 'web01' })).toMatch(/^error: web01: the snapshot/);
});

test('stacks only appear when asked for', () => {
  expect(renderError(error)).not.toContain('render-error.test');
  expect(renderError(error, { debug: true })).toContain('render-error.test');
});

test('an error that nobody foresaw is called a defect', () => {
  expect(renderError(new TypeError('x is not a function'))).toContain('defect of ours');
});

test('the document has code, kind and causes', () => {
  expect(errorDocument(error)).toMatchObject({ code: 'SNAPSHOT_FAILED', kind: 'unavailable', causes: [{ message: 'connection reset' }] });
});

test('a cause that repeats what was said is left out', () => {
  const wire = new Error('connect ECONNREFUSED 127.0.0.1:1');
  const text = renderError(new Error('get vault.json: connect ECONNREFUSED 127.0.0.1:1', { cause: new Error('no answer', { cause: wire }) }));
  expect(text.match(/because/g)).toHaveLength(2);
  expect(renderError(new Error('get vault.json: connect ECONNREFUSED 127.0.0.1:1', { cause: wire }))).not.toContain('because');
});
