import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Call, fakeVcenter, fault } from '../../test/fake-vcenter.ts';
import { vsphereErrors } from '../errors.ts';
import { type Area, changedAreas } from './changed-areas.ts';

const vm = { type: 'VirtualMachine', value: 'vm-1' };
const snapshot = { type: 'VirtualMachineSnapshot', value: 'snapshot-1' };
const capacity = 1_000_000;

type Page = { startOffset: number; length: number; changedArea?: { start: number; length: number }[] };

function ask(answer: (startOffset: number) => Page | Error, changeId = '52 de/7') {
  const vcenter = fakeVcenter({
    QueryChangedDiskAreas: ({ parameters }: Call) => {
      const page = answer(parameters.startOffset as number);
      if (page instanceof Error) throw page;
      return page;
    },
  });
  return { vcenter, areas: Array.fromAsync(changedAreas(vcenter, { vm, snapshot, deviceKey: 2000, changeId, capacity })) };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'nothing',
    (error) => (vsphereErrors.is(error) ? error.code : String(error)),
  );
}

describe('changed areas', () => {
  test('of several pages are joined where they touch, whatever order a page names them in', async () => {
    const { areas, vcenter } = ask((from) =>
      from === 0
        ? {
            startOffset: 0,
            length: 500_000,
            changedArea: [
              { start: 400_000, length: 100_000 },
              { start: 1000, length: 1000 },
              { start: 1500, length: 1000 },
            ],
          }
        : { startOffset: 500_000, length: 500_000, changedArea: [{ start: 500_000, length: 24_000 }] },
    );
    expect(await areas).toEqual([
      { offset: 1000, length: 1500 },
      { offset: 400_000, length: 124_000 },
    ]);
    expect(vcenter.calls.map((call) => call.parameters)).toMatchObject([
      { startOffset: 0, deviceKey: 2000, changeId: '52 de/7', snapshot },
      { startOffset: 500_000 },
    ]);
  });

  test('are asked for to the end of the disk, even after an empty page', async () => {
    const { areas } = ask((from) => ({ startOffset: from, length: 250_000, ...(from === 750_000 ? { changedArea: [{ start: 900_000, length: 512 }] } : {}) }));
    expect(await areas).toEqual([{ offset: 900_000, length: 512 }]);
  });

  test('end where the disk ends, though the server rounds up', async () => {
    const { areas } = ask(() => ({ startOffset: 0, length: capacity, changedArea: [{ start: 983_040, length: 65_536 }] }));
    expect(await areas).toEqual([{ offset: 983_040, length: capacity - 983_040 }]);
  });

  test('name every byte that the server named, ascending and apart from each other', async () => {
    const area = fc.record({ start: fc.nat(capacity - 1), length: fc.integer({ min: 1, max: 50_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(area, { maxLength: 30 }), fc.array(fc.integer({ min: 1, max: capacity - 1 }), { maxLength: 6 }), async (changed, cuts) => {
        const bounds = [...new Set([0, ...cuts, capacity])].sort((left, right) => left - right);
        const got = await ask((from) => {
          const to = bounds[bounds.indexOf(from) + 1]!;
          return { startOffset: from, length: to - from, changedArea: changed.filter(({ start }) => start >= from && start < to) };
        }).areas;
        const inside = (areas: readonly Area[], at: number) => areas.some(({ offset, length }) => at >= offset && at < offset + length);
        const named = changed.map(({ start, length }) => ({ offset: start, length: Math.min(length, capacity - start) }));
        for (const at of named.flatMap(({ offset, length }) => [offset, offset + length - 1])) expect(inside(got, at)).toBe(true);
        for (const at of got.flatMap(({ offset, length }) => [offset, offset + length - 1])) expect(inside(named, at)).toBe(true);
        for (const [i, one] of got.entries()) if (i > 0) expect(one.offset).toBeGreaterThan(got[i - 1]!.offset + got[i - 1]!.length);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['answers from another offset than asked', () => ({ startOffset: 512, length: capacity - 512 })],
    ['covers nothing', () => ({ startOffset: 0, length: 0 })],
    ['covers more than the disk', () => ({ startOffset: 0, length: capacity + 512 })],
    ['names an area before the disk', () => ({ startOffset: 0, length: capacity, changedArea: [{ start: -512, length: 1024 }] })],
    ['does not know the change id', () => fault('InvalidArgument', { invalidProperty: 'changeId' })],
    ['has no tracking file', () => fault('FileNotFound', { file: 'x-ctk.vmdk' })],
  ])('are unknown when the server %s', async (_what, answer) => {
    expect(await codeOf(ask(answer).areas)).toBe('VSPHERE_CHANGES_UNKNOWN');
  });

  test('are not called unknown when the account may not ask', async () => {
    expect(await codeOf(ask(() => fault('NoPermission', { privilegeId: 'VirtualMachine.Provisioning.DiskRandomRead' })).areas)).toBe('VSPHERE_PERMISSION');
  });
});
