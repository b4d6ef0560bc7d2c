import { createHash, randomBytes } from 'node:crypto';
import { MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { inspectPack } from '../src/check/inspect-pack.ts';
import { encodeSegment, rowBytes, writeRow } from '../src/index/segment.ts';
import { repairVault } from '../src/index.ts';
import { insideOf } from '../src/inside.ts';
import { packKey } from '../src/pack/layout.ts';
import { type FinishedPack, MetaPackWriter } from '../src/pack/meta-pack.ts';
import { sealManifest } from '../src/point/manifest.ts';
import { sealObject } from '../src/sealed-object.ts';
import { decodeLeaf, encodeLeaf } from '../src/tree/node.ts';
import { readNodes } from '../src/tree/node-reader.ts';
import { checked } from './expect-sound.ts';
import { backUp, diskBytes, environment, testDisk, testVault } from './vault-fixture.ts';

test('a map that a writer made wrong, though every object is intact, is found by a full reading and located', async () => {
  await using fixture = await testVault({ sound: false });
  const { store, keys } = insideOf(fixture.vault);
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(4 * MiB, () => 0.3)));
  const [disk] = point.disks;
  const entries = decodeLeaf((await readNodes(store, keys, [disk!.map.root!]))[0]!);
  const wrong = entries.map((entry, index) => (index === 1 ? { ...entry, chunk: { ...entry.chunk!, id: entries[0]!.chunk!.id } } : entry));
  const packs: FinishedPack[] = [];
  const writer = new MetaPackWriter(keys, environment.random, (pack) => packs.push(pack));
  const root = writer.add(encodeLeaf(wrong));
  writer.finish();
  await store.put(packKey('meta', packs[0]!.packId), packs[0]!.bytes);
  const sessionId = randomBytes(16).toString('hex');
  const id = `${point.vmId}/${sessionId}`;
  const second = { ...point, id, sessionId, sequence: 2, disks: [{ ...disk!, map: { ...disk!.map, root } }], introduced: { segments: [], packs: [] } };
  await store.put(`points/${id}`, sealManifest(keys, second, environment.random));

  expect((await checked(fixture.vault, { level: 2 })).findings.filter(({ code }) => code !== 'INDEX_ABSENT')).toEqual([]);
  const found = (await checked(fixture.vault)).findings.filter(({ code }) => code === 'REFERENCE_DAMAGED');
  expect(found).toHaveLength(1);
  const offset = entries[0]!.pages * 4096;
  expect(found[0]!.costs).toContainEqual(expect.objectContaining({ point: id, ranges: [{ offset, length: entries[1]!.pages * 4096 }] }));
  // The pack is as it was written, so that no copy of it helps.
  const steps: [string, string][] = [];
  for await (const one of repairVault(fixture.vault, { apply: true, from: store })) if (one.kind === 'step') steps.push([one.object, one.outcome]);
  expect(steps.filter(([object]) => object === found[0]!.object)).toEqual([[found[0]!.object, 'not repaired']]);
});

test('rows of the index that name what isn’t there are found', async () => {
  await using fixture = await testVault({ sound: false });
  const { store, keys } = insideOf(fixture.vault);
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)));
  const [pack] = point.introduced.packs.filter(({ id }) => id !== point.disks[0]!.map.root!.pack);
  const rows = Buffer.alloc(rowBytes);
  writeRow(rows, 0, { id: randomBytes(32), slot: 0, offset: 128, length: 1000, plainLength: 4096 });
  const sessionId = randomBytes(16).toString('hex');
  const key = `index/repair-${sessionId}`;
  const content = encodeSegment([{ ...pack!, kind: 'data', slots: 1 }], [rows]);
  await store.put(key, sealObject(keys, { kind: 'HFINDEX1', key, sessionId }, content, environment.random));
  const { findings } = await checked(fixture.vault);
  expect(findings.map(({ code, object }) => [code, object])).toEqual([['INDEX_DAMAGED', key]]);
});

test('two points with one number, and a gap between numbers, are told apart', async () => {
  await using fixture = await testVault({ sound: false });
  const { store, keys } = insideOf(fixture.vault);
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(MiB)));
  const add = async (sequence: number) => {
    const sessionId = randomBytes(16).toString('hex');
    const id = `${point.vmId}/${sessionId}`;
    await store.put(`points/${id}`, sealManifest(keys, { ...point, id, sessionId, sequence }, environment.random));
    return (await checked(fixture.vault, { level: 1 })).findings.map(({ code, message }) => [code, /number[s]? ([\d, ]+)/.exec(message)?.[1]]);
  };
  expect(await add(1)).toEqual([['POINT_NOTICE', '1']]);
  expect(await add(4)).toEqual([
    ['POINT_NOTICE', '1'],
    ['POINT_ABSENT', '2, 3, '],
  ]);
});

test('slots of a pack whose table and trailer are gone are found by their headers, past a damaged one', async () => {
  await using fixture = await testVault();
  const { store, keys } = insideOf(fixture.vault);
  const { point } = await backUp(fixture.vault, 'web01', testDisk(diskBytes(4 * MiB)));
  const [pack] = point.introduced.packs.filter(({ id }) => id !== point.disks[0]!.map.root!.pack);
  const bytes = Buffer.from(await store.get(packKey('data', pack!.id)));
  const whole = inspectPack(bytes, { kind: 'data', id: pack!.id, sha256: createHash('sha256').update(bytes).digest('hex') }, keys);
  expect(whole.problems).toEqual([]);
  const last = whole.slots.at(-1)!;
  const cut = bytes.subarray(0, last.offset + last.length + 5);
  cut.fill(0, whole.slots[1]!.offset, whole.slots[1]!.offset + 20);
  const { problems, slots } = inspectPack(Buffer.from(cut), { kind: 'data', id: pack!.id }, keys);
  expect(slots.map(({ slot }) => slot)).toEqual(whole.slots.map(({ slot }) => slot).filter((slot) => slot !== 1));
  expect(problems).toContainEqual(expect.objectContaining({ offset: whole.slots[1]!.offset, length: whole.slots[1]!.length }));
});
