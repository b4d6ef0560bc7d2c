import { type DeletedPoint, type PointMark, type RecoveryPoint, type UnreadablePoint, type Vault, vaultErrors } from '@holdfast/vault';
import { describe, expect, test } from 'vitest';
import { chooseDeletedPoint, choosePointId, listDeletedPoints } from './deleted-points.ts';
import { retain } from './retain.ts';

const point = (vmId: string, day: number, name = `${vmId}01`, more: Partial<RecoveryPoint> = {}) =>
  ({
    id: `${vmId}/${vmId.repeat(6)}${day}`,
    vmId,
    sequence: day,
    takenAt: `2026-03-0${day}T12:00:00Z`,
    vm: { name, path: `/DC/vm/${name}`, instanceUuid: `uuid-${vmId}` },
    disks: [],
    ...more,
  }) as unknown as RecoveryPoint;

/** A vault that remembers what was deleted, and fails at one point if told so. */
function vaultWith(points: readonly (RecoveryPoint | UnreadablePoint)[], held: readonly string[] = [], refusals: Readonly<Record<string, Error>> = {}) {
  const log: [string, string][] = [];
  const vault = {
    points: async function* () {
      yield* points;
    },
    heldPoints: async (): Promise<PointMark[]> => held.map((id) => ({ id })),
    deletedPoints: async function* (): AsyncGenerator<DeletedPoint> {
      for (const one of points) yield { id: one.id, point: one };
    },
    deletePoint: async (id: string, reason: string) => {
      if (refusals[id] !== undefined) throw refusals[id];
      log.push([id, reason]);
    },
  } as unknown as Vault;
  return { vault, log };
}

const policy = { timeZone: 'UTC', keepLast: 1 };
const summary = (report: Awaited<ReturnType<typeof retain>>) =>
  report.vms.flatMap(({ name, points }) =>
    points.map(({ sequence, verdict, deleted, reasons }) => `${name} ${sequence}: ${verdict}${deleted ? 'd' : ''} ${reasons}`.trim()),
  );

describe('retention over a vault', () => {
  test('judges every VM by itself and only says so in a dry run', async () => {
    const { vault, log } = vaultWith([point('a', 1), point('a', 2), point('b', 1)]);
    const report = await retain({ vault, policy, dryRun: true });
    expect(summary(report)).toEqual(['a01 1: remove', 'a01 2: keep newest point,last 1 of 1', 'b01 1: keep newest point,last 1 of 1']);
    expect(report).toMatchObject({ policy: 'last 1 (UTC)', dryRun: true, kept: 2, toRemove: 1, deleted: 0 });
    expect(log).toEqual([]);
  });

  test('takes out of use what no rule keeps, and writes down which policy did it', async () => {
    const { vault, log } = vaultWith([point('a', 1), point('a', 2), point('a', 3), point('b', 1)], ['a/aaaaaa2']);
    const report = await retain({ vault, policy: { ...policy, keepTags: ['keep'] }, dryRun: false });
    expect(log).toEqual([['a/aaaaaa1', 'retention: last 1, tags keep (UTC)']]);
    expect(summary(report).slice(0, 2)).toEqual(['a01 1: removed', 'a01 2: keep legal hold']);
    expect(report).toMatchObject({ kept: 3, toRemove: 1, deleted: 1 });
    expect(report).not.toHaveProperty('failure');
  });

  test('of one VM leaves the others alone, whatever the VM was called before; a name that nobody has is told', async () => {
    const { vault, log } = vaultWith([point('a', 1, 'old'), point('a', 2, 'new'), point('b', 1), point('b', 2)]);
    const report = await retain({ vault, policy, vm: 'new', dryRun: false });
    expect(report.vms.map(({ name }) => name)).toEqual(['new']);
    expect(log.map(([id]) => id)).toEqual(['a/aaaaaa1']);
    await expect(retain({ vault, policy, vm: 'nobody', dryRun: true })).rejects.toMatchObject({ code: 'ENGINE_POINT_ABSENT' });
    await expect(retain({ vault, policy: { timeZone: 'UTC' }, dryRun: true })).rejects.toMatchObject({ code: 'RETENTION_POLICY' });
  });

  test('keeps and names what can’t be read', async () => {
    const damaged = { id: 'a/broken', reason: 'altered' };
    const { vault, log } = vaultWith([damaged, point('a', 1), point('a', 2), { id: 'points/nonsense', reason: 'its key is not one that Holdfast writes' }]);
    const report = await retain({ vault, policy, dryRun: false });
    expect(summary(report)).toContain('a01 undefined: keep can’t be read, so it stays: altered');
    expect(report.unreadable).toHaveLength(2);
    expect(log.map(([id]) => id)).toEqual(['a/aaaaaa1']);
  });

  test('gives way to a hold and to another deletion at the same moment, and stops when the store fails', async () => {
    const broken = new Error('the store is away');
    const { vault, log } = vaultWith(
      [1, 2, 3, 4, 5, 6].map((day) => point('a', day)),
      [],
      {
        'a/aaaaaa1': vaultErrors.create('POINT_HELD', 'held'),
        'a/aaaaaa2': vaultErrors.create('POINT_DELETED', 'deleted'),
        'a/aaaaaa4': broken,
      },
    );
    const report = await retain({ vault, policy, dryRun: false });
    expect(summary(report)).toEqual([
      'a01 1: keep legal hold, put at this moment',
      'a01 2: removed',
      'a01 3: removed',
      'a01 4: remove',
      'a01 5: remove',
      'a01 6: keep newest point,last 1 of 1',
    ]);
    expect(report.failure).toEqual({ point: 'a/aaaaaa4', error: broken });
    expect(log.map(([id]) => id)).toEqual(['a/aaaaaa3']);
  });

  test('stops when it is interrupted', async () => {
    const { vault, log } = vaultWith([point('a', 1), point('a', 2)]);
    await expect(retain({ vault, policy, dryRun: false, signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    expect(log).toEqual([]);
  });
});

test('a deleted point, or one in use, readable or not, is meant by the beginning of its id, when only one begins so', async () => {
  const { vault } = vaultWith([point('a', 1), point('a', 2), { id: 'b/bbbbbb9', reason: 'altered' }]);
  for (const choose of [chooseDeletedPoint, choosePointId]) {
    expect(await choose(vault, 'aaaaaa2')).toBe('a/aaaaaa2');
    expect(await choose(vault, 'bbbbbb')).toBe('b/bbbbbb9');
    expect(await choose(vault, 'x/whole')).toBe('x/whole');
    await expect(choose(vault, 'aaaaaa')).rejects.toMatchObject({ code: 'ENGINE_POINT_AMBIGUOUS', message: expect.stringMatching(/2 points begin/) });
    await expect(choose(vault, 'aaa')).rejects.toMatchObject({ code: 'ENGINE_POINT_AMBIGUOUS' });
    await expect(choose(vault, 'cccccc')).rejects.toMatchObject({ code: 'ENGINE_POINT_ABSENT' });
  }
});

test('deleted points are listed by VM; what can’t be read may be anybody’s', async () => {
  const { vault } = vaultWith([point('a', 1), point('b', 1), { id: 'c/cccccc1', reason: 'altered' }]);
  const listed = async (vm?: string) => (await listDeletedPoints(vault, vm)).map(({ id }) => id);
  expect(await listed()).toHaveLength(3);
  for (const vm of ['a01', 'A*', '/DC/vm/a01', 'uuid-a', 'a']) expect(await listed(vm)).toEqual(['a/aaaaaa1', 'c/cccccc1']);
});
