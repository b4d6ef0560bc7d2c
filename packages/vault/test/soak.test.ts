import { memoryStore } from '@holdfast/store/testing';
import { expect, test } from 'vitest';
import { judge as judgeProgram } from '../../../tools/judges/judge.ts';
import { createVault } from '../src/index.ts';
import { DiskHistory } from './soak/disk-history.ts';
import type { Note } from './soak/journal.ts';
import { garbage, judge, openForJudging } from './soak/judge.ts';
import { plantViolations } from './soak/plant.ts';
import { environmentOf, passphrase } from './soak/setting.ts';
import { type SoakOptions, soak } from './soak/soak.ts';
import { backUp, passphraseCost } from './vault-fixture.ts';

/** A short one of what `npm run soak` does for ten minutes. */
const short: Omit<SoakOptions, 'kind'> = { seconds: 15, seed: 1, writers: 4, atLeast: { committed: 10, restored: 3, collected: 1 }, say: () => {} };

type Intended = Extract<Note, { at: 'intended' }>;

async function expectUnharmed(kind: SoakOptions['kind']) {
  const { violations, figures } = await soak({ ...short, kind });
  expect(violations).toEqual([]);
  expect(figures).toMatchObject({ kills: expect.toSatisfy((kills: number) => kills > 0) });
}

test('writers, a collector, a restorer and retention, killed and stalled, harm nothing in a folder', { timeout: 180_000 }, () => expectUnharmed('folder'));

test.skipIf(judgeProgram('versitygw') === undefined)('nor in a bucket behind a network that refuses, cuts, delays and repeats', { timeout: 180_000 }, () =>
  expectUnharmed('s3'),
);

/** Two machines; a point of the first was deleted and brought back, and is newer than another one of it. */
async function smallVault() {
  const store = memoryStore();
  await createVault(store, { passphrase, passphraseCost }, environmentOf('test'));
  const vault = await openForJudging(store);
  const notes: Note[] = [];
  const histories = [new DiskHistory('first'), new DiskHistory('first'), new DiskHistory('second')];
  histories[1]!.advance();
  for (const history of histories) {
    history.advance();
    const { bytes, generation, name: machine } = history;
    const read = async (offset: number, into: Uint8Array) => into.set(bytes.subarray(offset, offset + into.length));
    const { point } = await backUp(vault, machine, { capacity: bytes.length, read });
    notes.push({ at: 'intended', point: point.id, history: machine, generation, sha256: history.sha256() });
    notes.push({ at: 'committed', point: point.id, mode: 'full' });
  }
  const { point } = notes[3] as Intended;
  await vault.deletePoint(point, 'test');
  await vault.undeletePoint(point);
  for (const at of ['deleting', 'deleted', 'undeleting', 'undeleted'] as const) notes.push({ at, point });
  await vault.close();
  return { store, notes };
}

test('the checker has nothing against a sound vault, and sees every planted violation', async () => {
  const { store, notes } = await smallVault();
  expect(await judge(store, notes, 4)).toMatchObject({ violations: [], points: { living: 3, deleted: 0, neverAcknowledged: 0 } });
  expect((await garbage(await openForJudging(store))).violations).toEqual([]);
  const planted = await plantViolations(store, notes);
  expect(planted.filter(({ found }) => found === undefined)).toEqual([]);
  expect(planted.length).toBeGreaterThan(8);
});

test('the checker goes by what was noted: other content, a point that nobody meant, a deletion that is lost, an actor that complains', async () => {
  const { store, notes } = await smallVault();
  const first = notes[0] as Intended;
  const last = notes[2] as Intended;
  const violationsOf = async (changed: readonly Note[]) => (await judge(store, changed, 1)).violations.join();
  expect(await violationsOf([{ ...first, sha256: '0' }, ...notes.slice(1)])).toContain(`${first.point} restores to other content`);
  expect(await violationsOf(notes.slice(1))).toContain(`nobody meant to commit ${first.point}`);
  expect(await violationsOf(notes.slice(0, -2))).toContain(`${last.point} was deleted and is back`);
  expect(await violationsOf([...notes, { at: 'restored', point: first.point, sha256: '0' }])).toContain(`a restore of ${first.point}`);
  expect(await violationsOf([...notes, { at: 'violation', what: 'something' }])).toBe('something');
});
