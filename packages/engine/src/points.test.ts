import type { RecoveryPoint, UnreadablePoint, Vault } from '@holdfast/vault';
import { describe, expect, test } from 'vitest';
import { choosePoint, listPoints } from './points.ts';

const point = (vmId: string, session: string, name: string, day: number, path = `/DC/vm/${name}`) =>
  ({
    id: `${vmId}/${session}`,
    vmId,
    sequence: day,
    takenAt: `2026-03-0${day}T12:00:00Z`,
    vm: { name, path, instanceUuid: `uuid-${vmId}` },
    disks: [],
  }) as unknown as RecoveryPoint;

function vaultWith(...points: (RecoveryPoint | UnreadablePoint)[]): Vault {
  return {
    points: async function* () {
      yield* points;
    },
    point: async (id: string) => points.find((one) => one.id === id),
  } as unknown as Vault;
}

const vault = vaultWith(
  point('a', 'aaaaaa01', 'web01', 1),
  point('a', 'aaaaaa02', 'web01', 2),
  point('a', 'aaaaaa03', 'web01-old', 3),
  point('b', 'bbbbbb01', 'web01', 3),
  point('c', 'cccccc01', 'db01', 1, '/DC/vm/prod/db01'),
  point('d', 'dddddd01', 'db01', 2, '/DC/vm/test/db01'),
);
const chosen = async (choice: Parameters<typeof choosePoint>[1], from = vault) => (await choosePoint(from, choice)).id;

describe('a point is chosen', () => {
  test('by its whole id, or by the beginning of the part behind the slash', async () => {
    expect(await chosen({ id: 'b/bbbbbb01' })).toBe('b/bbbbbb01');
    expect(await chosen({ id: 'bbbbbb' })).toBe('b/bbbbbb01');
    await expect(chosen({ id: 'bbbb' })).rejects.toMatchObject({ code: 'ENGINE_POINT_AMBIGUOUS', message: expect.stringMatching(/too short/) });
    await expect(chosen({ id: 'aaaaaa' })).rejects.toMatchObject({ code: 'ENGINE_POINT_AMBIGUOUS', message: expect.stringMatching(/3 points begin/) });
    await expect(chosen({ id: 'ffffff' })).rejects.toMatchObject({ code: 'ENGINE_POINT_ABSENT' });
  });

  test('as the newest of a VM, or the newest not after a time', async () => {
    expect(await chosen({ vm: 'web01-old' })).toBe('a/aaaaaa03');
    expect(await chosen({ vm: 'web01-old', atMs: Date.parse('2026-03-02T12:00:00Z') })).toBe('a/aaaaaa02');
    await expect(chosen({ vm: 'web01-old', atMs: 0 })).rejects.toMatchObject({
      code: 'ENGINE_POINT_ABSENT',
      message: expect.stringMatching(/its first is of 2026-03-01/),
    });
  });

  test('of the VM that has the name now, when another one had it before', async () => {
    expect(await chosen({ vm: 'web01' })).toBe('b/bbbbbb01');
  });

  test('of a VM by a name that it once had, when none has it now', async () => {
    const renamed = vaultWith(point('a', 'aaaaaa01', 'old', 1), point('a', 'aaaaaa02', 'new', 2));
    expect(await chosen({ vm: 'old' }, renamed)).toBe('a/aaaaaa02');
  });

  test('only when one VM is meant: a path or an instance UUID tells two apart', async () => {
    await expect(chosen({ vm: 'db01' })).rejects.toMatchObject({
      code: 'ENGINE_POINT_AMBIGUOUS',
      message: expect.stringMatching(/prod\/db01 \(c\), .*test\/db01 \(d\)/),
    });
    expect(await chosen({ vm: '/DC/vm/test/db01' })).toBe('d/dddddd01');
    expect(await chosen({ vm: 'uuid-c' })).toBe('c/cccccc01');
  });
});

test('what can not be read is listed, and is not the same as nothing', async () => {
  const damaged = vaultWith({ id: 'a/aaaaaa01', reason: 'altered' });
  expect(await listPoints(damaged)).toEqual({ points: [], unreadable: [{ id: 'a/aaaaaa01', reason: 'altered' }] });
  await expect(choosePoint(damaged, { vm: 'web01' })).rejects.toMatchObject({ code: 'ENGINE_POINT_UNREADABLE' });
  await expect(choosePoint(damaged, { id: 'aaaaaa01' })).rejects.toMatchObject({ code: 'ENGINE_POINT_UNREADABLE' });
  await expect(choosePoint(vaultWith(), { vm: 'web01' })).rejects.toMatchObject({ code: 'ENGINE_POINT_ABSENT' });
});
