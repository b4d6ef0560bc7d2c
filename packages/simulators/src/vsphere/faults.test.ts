import { expect, test } from 'vitest';
import { FaultPlan } from './faults.ts';

const cut = { kind: 'cut', when: 'before' } as const;
const delay = { kind: 'delay', milliseconds: 5 } as const;

test('a rule with nth hits that call and, with times, the ones after it', () => {
  const plan = new FaultPlan();
  plan.add([{ method: 'm', nth: 2, times: 2, effect: cut }]);
  expect([1, 2, 3, 4].map(() => plan.take('m', []))).toEqual([undefined, cut, cut, undefined]);
});

test('a rule without nth hits every call of its method and entity, and no other', () => {
  const plan = new FaultPlan();
  plan.add([{ method: 'm', entity: 'web01', effect: cut }]);
  expect(plan.take('m', ['vm-1', 'web01'])).toBe(cut);
  expect(plan.take('m', ['vm-2', 'web02'])).toBeUndefined();
  expect(plan.take('n', ['vm-1', 'web01'])).toBeUndefined();
  expect(plan.take('m', ['web01', undefined])).toBe(cut);
});

test('of two rules that apply the first wins, and both have counted the call', () => {
  const plan = new FaultPlan();
  plan.add([
    { method: 'm', nth: 1, effect: cut },
    { method: 'm', nth: 2, effect: delay },
  ]);
  expect([plan.take('m', []), plan.take('m', []), plan.take('m', [])]).toEqual([cut, delay, undefined]);
  plan.clear();
  expect(plan.take('m', [])).toBeUndefined();
});
