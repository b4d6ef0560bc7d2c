import { expect, test } from 'vitest';
import { runHoldfast } from './run-holdfast.ts';

test('the demo, at a twentieth of its size, gives every disk of both days back, equal and clean', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await runHoldfast(['demo', '--scale', '0.05', '--json']);
  expect(code, stderr).toBe(0);
  const { result } = JSON.parse(stdout);
  expect(result.equal).toBe(true);
  expect(result.rows.map(({ vm, day }: { vm: string; day: number }) => `${vm} ${day}`)).toEqual([
    'web01 1',
    'db01 1',
    'files01 1',
    'web01 2',
    'db01 2',
    'files01 2',
    'web01-restored 2',
  ]);
  expect(
    result.rows.filter(({ day, vm }: { day: number; vm: string }) => day === 2 && !vm.includes('restored')).map(({ mode }: { mode: string }) => mode),
  ).toEqual(Array(3).fill('incremental'));
  expect(stderr).toContain('web01: Hard disk 1: incremental');
});

test('a demo of no size at all is refused', async () => {
  const { code, stderr } = await runHoldfast(['demo', '--scale', '0']);
  expect(code).toBe(2);
  expect(stderr).toContain('from 0.02 to 1');
});
