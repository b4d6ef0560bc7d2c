import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DiskMapReference, NodeReference } from '../model.ts';
import { changedGroups } from './changed-segments.ts';
import { MapWriter, type NodeStore } from './map-writer.ts';
import { isAllZero, mergeLeaf, widenToChunks } from './merge-leaf.ts';
import { decodeInner, decodeLeaf, encodeInner, encodeLeaf, heightOf, type LeafEntry, pagesOf } from './node.ts';

const segmentBytes = 16 * 1024 * 1024;
const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const u32 = fc.nat(0xffffffff);
const reference = fc.record({ id: hex(32), pack: hex(16), slot: fc.nat(65_534), offset: u32, length: u32 });
const ref = (name: string): NodeReference => ({ id: createHash('sha256').update(name).digest('hex'), pack: 'ab'.repeat(16), slot: 1, offset: 2, length: 3 });

test('golden: the bytes of a leaf and of an inner node', () => {
  const leaf = encodeLeaf([{ pages: 3, chunk: ref('a') }, { pages: 4093 }]);
  const inner = encodeInner(1, [{ child: 2, node: ref('b') }]);
  expect({ leaf: leaf.toString('hex'), inner: inner.toString('hex') }).toMatchInlineSnapshot(`
    {
      "inner": "0201010001000000abababababababababababababababab020000000100000002000000030000003e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
      "leaf": "0100020001000000abababababababababababababababab03000000010000000200000003000000ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bbfd0fffff0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    }
  `);
});

test('leaves and inner nodes come back as they were written', () => {
  const leaf = fc.array(
    fc.oneof(fc.record({ pages: fc.integer({ min: 1, max: 4096 }), chunk: reference }), fc.record({ pages: fc.integer({ min: 1, max: 4096 }) })),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(leaf, (entries) => {
      expect(decodeLeaf(encodeLeaf(entries))).toEqual(entries);
    }),
  );
  const inner = fc.array(fc.record({ child: fc.nat(255), node: reference }), { maxLength: 256 });
  fc.assert(
    fc.property(inner, fc.integer({ min: 1, max: 3 }), (entries, level) => {
      expect(decodeInner(encodeInner(level, entries), level)).toEqual(entries);
    }),
  );
});

test('a node that is cut short, or of another level, is refused', () => {
  const bytes = encodeInner(1, [{ child: 2, node: ref('b') }]);
  for (const wrong of [() => decodeInner(bytes.subarray(0, -1), 1), () => decodeInner(bytes, 2), () => decodeLeaf(bytes), () => decodeLeaf(Buffer.alloc(0))]) {
    expect(wrong).toThrow(expect.objectContaining({ code: 'OBJECT_DAMAGED' }));
  }
});

test('a map is as high as the disk demands', () => {
  const heights = [0, 1, segmentBytes, segmentBytes + 1, 256 * segmentBytes, 256 * segmentBytes + 1, 62 * 1024 ** 4].map((capacity) =>
    heightOf(capacity, segmentBytes),
  );
  expect(heights).toEqual([0, 0, 0, 1, 1, 2, 3]);
});

test('extents are sorted into segments and pages, cut at the disk’s end, joined where they meet', async () => {
  const MiB = 1024 * 1024;
  const extents = async function* () {
    yield { offset: 100, length: 5000 };
    yield { offset: 8192, length: 4096 };
    yield { offset: 15 * MiB, length: 2 * MiB };
    yield { offset: 4096 * MiB + 4096, length: 10 * MiB };
  };
  const groups = await Array.fromAsync(changedGroups(extents(), 4096 * MiB + 8192, segmentBytes));
  expect(groups).toEqual([
    {
      group: 0,
      segments: [
        {
          segment: 0,
          ranges: [
            { start: 0, end: 3 },
            { start: 3840, end: 4096 },
          ],
        },
        { segment: 1, ranges: [{ start: 0, end: 256 }] },
      ],
    },
    { group: 1, segments: [{ segment: 256, ranges: [{ start: 1, end: 2 }] }] },
  ]);
});

test('changed pages widen to the chunks they touch, and to no more of a zero run than they are', () => {
  const old: LeafEntry[] = [{ pages: 10, chunk: ref('a') }, { pages: 20 }, { pages: 10, chunk: ref('b') }, { pages: 10, chunk: ref('c') }];
  expect(widenToChunks([{ start: 5, end: 6 }], old)).toEqual([{ start: 0, end: 10 }]);
  expect(widenToChunks([{ start: 15, end: 16 }], old)).toEqual([{ start: 15, end: 16 }]);
  expect(widenToChunks([{ start: 39, end: 41 }], old)).toEqual([{ start: 30, end: 50 }]);
  expect(
    widenToChunks(
      [
        { start: 5, end: 12 },
        { start: 29, end: 31 },
      ],
      old,
    ),
  ).toEqual([
    { start: 0, end: 12 },
    { start: 29, end: 40 },
  ]);
  expect(widenToChunks([{ start: 5, end: 6 }], undefined)).toEqual([{ start: 5, end: 6 }]);
});

test('a merged leaf has the new entries inside the ranges and the old ones outside', () => {
  const old: LeafEntry[] = [{ pages: 10, chunk: ref('a') }, { pages: 20 }, { pages: 10, chunk: ref('b') }];
  const merged = mergeLeaf(40, [{ start: 0, end: 12 }], [{ pages: 5, chunk: ref('n') }, { pages: 7 }], old);
  expect(merged).toEqual([{ pages: 5, chunk: ref('n') }, { pages: 25 }, { pages: 10, chunk: ref('b') }]);
  expect(isAllZero(mergeLeaf(40, [{ start: 3, end: 5 }], [{ pages: 2 }], undefined))).toBe(true);
});

/** Nodes in memory, addressed as in packs. */
function memoryNodes(): NodeStore & { readonly added: number } {
  const nodes = new Map<string, Buffer>();
  const idOf = (plain: Buffer) => createHash('sha256').update(plain).digest('hex');
  let added = 0;
  return {
    get added() {
      return added;
    },
    idOf,
    read: async (references) => references.map(({ id }) => nodes.get(id)!),
    add: (plain) => {
      added++;
      nodes.set(idOf(plain), plain);
      return { id: idOf(plain), pack: 'ab'.repeat(16), slot: 0, offset: 0, length: plain.length };
    },
  };
}

/** Reads a map back as segment → name of its only chunk. */
async function contents(nodes: NodeStore, map: DiskMapReference): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const walk = async (node: NodeReference, level: number, index: number): Promise<void> => {
    const [bytes] = await nodes.read([node]);
    if (level === 0) found.set(index, decodeLeaf(bytes!)[0]!.chunk!.id);
    else for (const { child, node: next } of decodeInner(bytes!, level)) await walk(next, level - 1, index * 256 + child);
  };
  if (map.root !== undefined) await walk(map.root, map.height, 0);
  return found;
}

test('growing a map again and again, over all heights, gives what was put in, and shares what was not touched', async () => {
  const change = fc.dictionary(fc.nat(70_000).map(String), fc.option(fc.string({ minLength: 1, maxLength: 3 })), { maxKeys: 12 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(1, 200, 70_001), fc.array(change, { minLength: 1, maxLength: 4 }), async (segments, generations) => {
      const nodes = memoryNodes();
      const expected = new Map<number, string>();
      let map: DiskMapReference | undefined;
      for (const generation of generations) {
        const writer = new MapWriter(nodes, segments * segmentBytes, segmentBytes, map);
        const changes = [...new Map(Object.entries(generation).map(([segment, name]) => [Number(segment) % segments, name]))].sort((a, b) => a[0] - b[0]);
        for (const group of new Set(changes.map(([segment]) => Math.floor(segment / 256)))) {
          const inGroup = changes.filter(([segment]) => Math.floor(segment / 256) === group);
          const open = await writer.openGroup(
            group,
            inGroup.map(([segment]) => segment),
          );
          for (const [segment] of inGroup) expect(open.oldLeaf(segment)?.[0]?.chunk?.id).toBe(expected.get(segment));
          open.close(
            new Map(
              inGroup.map(([segment, name]) => {
                if (name === null) expected.delete(segment);
                else expected.set(segment, ref(name).id);
                return [
                  segment,
                  name === null ? undefined : open.leafNode(segment, [{ pages: pagesOf(segments * segmentBytes, segment, segmentBytes), chunk: ref(name) }]),
                ];
              }),
            ),
          );
        }
        const before = map;
        const addedBefore = nodes.added;
        map = await writer.seal();
        if (changes.length === 0) expect(map.root).toEqual(before?.root);
        if (changes.length === 0) expect(nodes.added).toBe(addedBefore);
        expect(await contents(nodes, map)).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});
