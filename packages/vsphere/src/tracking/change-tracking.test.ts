import { describe, expect, test } from 'vitest';
import { type Call, fakeVcenter, properties } from '../../test/fake-vcenter.ts';
import { ensureChangeTracking } from './change-tracking.ts';

const vm = { type: 'VirtualMachine', value: 'vm-1' };
const task = { type: 'Task', value: 'task-1' };

function vcenterWith(values: Record<string, unknown>, takesEffect = true) {
  let enabled = values['config.changeTrackingEnabled'] === true;
  return fakeVcenter({
    CreatePropertyCollector: () => Promise.reject(new Error('not here')),
    RetrievePropertiesEx: ({ parameters }: Call) => {
      const [{ objectSet }] = parameters.specSet as [{ objectSet: [{ obj: typeof vm }] }];
      return objectSet[0].obj.type === 'Task'
        ? properties(task, { 'info.state': 'success' })
        : properties(vm, { ...values, 'config.changeTrackingEnabled': enabled });
    },
    ReconfigVM_Task: () => {
      enabled = takesEffect;
      return task;
    },
  });
}

const able = { 'config.version': 'vmx-19', 'capability.changeTrackingSupported': true, 'runtime.powerState': 'poweredOn' };

describe('change tracking', () => {
  test('is left as it is where it is on', async () => {
    const vcenter = vcenterWith({ ...able, 'config.changeTrackingEnabled': true, snapshot: {} });
    expect(await ensureChangeTracking(vcenter, vm)).toEqual({ state: 'on' });
    expect(vcenter.calls).toHaveLength(1);
  });

  test('is switched on, and begins at the next stun of a running VM', async () => {
    const vcenter = vcenterWith(able);
    expect(await ensureChangeTracking(vcenter, vm)).toEqual({ state: 'enabled', stunNeeded: true });
    expect(vcenter.calls.find((call) => call.method === 'ReconfigVM_Task')?.parameters).toEqual({ spec: { changeTrackingEnabled: true } });
    expect(await ensureChangeTracking(vcenterWith({ ...able, 'runtime.powerState': 'poweredOff' }), vm)).toEqual({ state: 'enabled', stunNeeded: false });
  });

  test.each([
    ['hardware version 4', { ...able, 'config.version': 'vmx-04' }],
    ['snapshots', { ...able, snapshot: { rootSnapshotList: [] } }],
    ['a template', { ...able, 'config.template': true }],
    ['a host without support', { ...able, 'capability.changeTrackingSupported': false }],
  ])('is not touched on a VM with %s', async (_what, values) => {
    const vcenter = vcenterWith(values);
    expect(await ensureChangeTracking(vcenter, vm)).toMatchObject({ state: 'unavailable', reason: expect.any(String) });
    expect(vcenter.calls.some((call) => call.method === 'ReconfigVM_Task')).toBe(false);
  });

  test('is not believed in when the vCenter does not show it afterwards', async () => {
    expect(await ensureChangeTracking(vcenterWith(able, false), vm)).toMatchObject({ state: 'unavailable' });
  });
});
