import { MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { type Finding, type IndexRepair, repairIndex, type Vault } from '../src/index.ts';
import { checked } from './expect-sound.ts';
import { backUp, diskBytes, restored, sha256, testDisk, testVault } from './vault-fixture.ts';

async function repaired(vault: Vault): Promise<{ findings: Finding[]; repair: IndexRepair }> {
  const findings: Finding[] = [];
  for await (const one of repairIndex(vault)) {
    if (one.kind === 'finding') findings.push(one);
    else if (one.kind === 'repaired') return { findings, repair: one };
  }
  throw new Error('no end');
}

const keysOf = async (vault: Vault, prefix: string) => (await Array.fromAsync(vault.store.list(prefix))).map(({ key }) => key);

test('a sound index is left alone', async () => {
  await using fixture = await testVault();
  await backUp(fixture.vault, 'web01', testDisk(diskBytes(2 * MiB)));
  expect(await repaired(fixture.vault)).toMatchObject({ findings: [], repair: { segments: [], packs: 0, leftOut: 0 } });
});

test.each(['removed', 'damaged'] as const)(
  'a %s segment is rebuilt from the packs: the check is content, and the next backup of the same disk stores nothing again',
  async (how) => {
    await using fixture = await testVault();
    const { store, vault } = fixture;
    const disk = testDisk(diskBytes(9 * MiB));
    await backUp(vault, 'web01', disk);
    const [key] = await keysOf(vault, 'index/');
    const bytes = Buffer.from(await store.get(key!));
    bytes[40]! ^= 1;
    await store.delete([key!]);
    if (how === 'damaged') await store.put(key!, bytes);
    expect((await checked(vault)).findings.map(({ code }) => code)).toEqual([how === 'removed' ? 'INDEX_ABSENT' : 'INDEX_DAMAGED']);

    const { repair } = await repaired(vault);
    expect(repair).toMatchObject({ leftOut: 0, segments: [expect.stringMatching(/^index\/repair-[0-9a-f]{32}$/)] });
    expect((await checked(vault)).findings.filter(({ state }) => state !== 'notice')).toEqual([]);
    const again = await backUp(vault, 'web02', disk);
    expect(again.statistics.fresh).toBe(0);
    expect(sha256(await restored(vault, again.point.id))).toBe(sha256(disk.bytes));
  },
);

test('packs that only a deleted point brought in, and that others need, are found through the maps', async () => {
  await using fixture = await testVault();
  const { store, vault } = fixture;
  const disk = testDisk(diskBytes(3 * MiB));
  const first = await backUp(vault, 'web01', disk);
  const second = await backUp(vault, 'web02', disk);
  await vault.deletePoint(first.point.id, 'test');
  await store.delete(await keysOf(vault, 'index/'));
  const before = (await checked(vault)).findings;
  expect(before.map(({ code, object }) => [code, object])).toEqual([...second.point.introduced.segments, 'index/'].map((object) => ['INDEX_ABSENT', object]));
  expect((await repaired(vault)).repair.packs).toBeGreaterThan(0);
  expect((await checked(vault)).findings).toEqual([]);
  expect((await backUp(vault, 'web03', disk)).statistics.fresh).toBe(0);
});

test('a pack that is damaged is left out and said, and nothing new comes to depend on it', async () => {
  await using fixture = await testVault({ sound: false });
  const { store, vault } = fixture;
  const disk = testDisk(diskBytes(2 * MiB));
  const { statistics } = await backUp(vault, 'web01', disk);
  const [pack] = await keysOf(vault, 'data/');
  const bytes = Buffer.from(await store.get(pack!));
  bytes[300]! ^= 1;
  await store.delete([pack!, ...(await keysOf(vault, 'index/'))]);
  await store.put(pack!, bytes);
  const { findings, repair } = await repaired(vault);
  expect(findings.map(({ code, object }) => [code, object])).toEqual([['PACK_DAMAGED', pack]]);
  expect(repair).toMatchObject({ leftOut: 1 });
  const again = await backUp(vault, 'web02', disk);
  expect(again.statistics.fresh).toBe(statistics.fresh);
  expect(sha256(await restored(vault, again.point.id))).toBe(sha256(disk.bytes));
});
