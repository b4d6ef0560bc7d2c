import { describe, expect, test } from 'vitest';
import { type Call, fakeVcenter, properties } from '../../test/fake-vcenter.ts';
import { isFault } from '../client/fault.ts';
import { vsphereErrors } from '../errors.ts';
import { runTask, waitTask } from './task.ts';

const task = { type: 'Task', value: 'task-1' };
const vm = { type: 'VirtualMachine', value: 'vm-1' };
const collector = { type: 'PropertyCollector', value: 'mine' };
const filter = { type: 'PropertyFilter', value: 'filter' };

const told = (changes: Record<string, unknown>) => ({
  version: '1',
  filterSet: [{ filter, objectSet: [{ kind: 'modify', obj: task, changeSet: Object.entries(changes).map(([name, val]) => ({ name, op: 'assign', val })) }] }],
});

/** A server that tells these states one after the other, the last for ever. */
function telling(...states: (Record<string, unknown> | undefined)[]) {
  return fakeVcenter({
    PowerOnVM_Task: task,
    CreatePropertyCollector: collector,
    CreateFilter: filter,
    WaitForUpdatesEx: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const state = states.length > 1 ? states.shift() : states[0];
      return state === undefined ? undefined : told(state);
    },
    DestroyPropertyCollector: undefined,
    CancelTask: undefined,
  });
}

const failed = (name: string) => ({ 'info.state': 'error', 'info.error': { fault: { $type: name }, localizedMessage: 'it went wrong' } });

describe('a task', () => {
  test('is waited for until it succeeds; its progress is told and its result returned', async () => {
    const vcenter = telling(
      { 'info.state': 'queued' },
      undefined,
      { 'info.state': 'running', 'info.progress': 40 },
      { 'info.state': 'success', 'info.result': vm },
    );
    const progress: number[] = [];
    expect(await runTask(vcenter, 'PowerOnVM_Task', vm, {}, { onProgress: (percent) => progress.push(percent) })).toEqual(vm);
    expect(progress).toContain(40);
    expect(vcenter.calls.at(-1)).toMatchObject({ method: 'DestroyPropertyCollector', target: collector });
  });

  test('that fails says which fault it was', async () => {
    const error = await waitTask(telling(failed('FileLocked')), task).catch((reason: unknown) => reason);
    expect(vsphereErrors.is(error, 'VSPHERE_CONFLICT')).toBe(true);
    expect(isFault(error, 'FileFault')).toBe(true);
    expect((error as Error).message).toContain('it went wrong');
  });

  test('that somebody cancelled is cancelled, not broken', async () => {
    const error = await waitTask(telling(failed('RequestCanceled')), task).catch((reason: unknown) => reason);
    expect(vsphereErrors.is(error, 'VSPHERE_CANCELLED')).toBe(true);
  });

  test('is asked for again and again where it cannot be watched', async () => {
    const states = ['running', 'running', 'success'];
    const vcenter = fakeVcenter({
      CreatePropertyCollector: () => Promise.reject(new Error('no more collectors')),
      RetrievePropertiesEx: () => properties(task, { 'info.state': states.shift(), 'info.result': 'done' }),
    });
    expect(await waitTask(vcenter, task)).toBe('done');
    expect(vcenter.clock.slept).toEqual([2000, 2000]);
    expect(vcenter.logged[0]).toContain('no more collectors');
  });

  test('is cancelled on the server when the caller gives up', async () => {
    const caller = new AbortController();
    const vcenter = telling({ 'info.state': 'running' });
    const calls = vcenter.calls;
    const waiting = waitTask(vcenter, task, { signal: caller.signal, onProgress: () => {} });
    while (!calls.some((call: Call) => call.method === 'WaitForUpdatesEx')) await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    const error = await waiting.catch((reason: unknown) => reason);
    expect(vsphereErrors.is(error, 'VSPHERE_CANCELLED')).toBe(true);
    expect(calls.some((call: Call) => call.method === 'CancelTask' && call.target.value === task.value)).toBe(true);
  });
});
