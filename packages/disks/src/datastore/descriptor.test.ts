import { MiB } from '@holdfast/kit';
import { expect, test } from 'vitest';
import { descriptor } from '../testing/random-chain.ts';
import { besides, parseDatastorePath } from './datastore-path.ts';
import { parseDescriptor } from './descriptor.ts';

const good = descriptor({ capacity: MiB, type: 'VMFS', createType: 'vmfs', file: 'web-flat.vmdk', contentId: 0xfe, parent: { name: 'p.vmdk', contentId: 7 } });
const parse = (text: string): unknown => parseDescriptor('[store] web.vmdk', Buffer.from(text));

test('a descriptor tells its content, its parent and its extents', () => {
  expect(parse(good)).toEqual({
    contentId: 0xfe,
    parentContentId: 7,
    parentHint: 'p.vmdk',
    createType: 'vmfs',
    encrypted: false,
    extents: [{ sectors: 2048, type: 'VMFS', file: 'web-flat.vmdk', offsetSectors: 0 }],
  });
  expect(parse(`${good.replaceAll('\n', '\r\n')}\0\0\0`)).toMatchObject({ contentId: 0xfe });
  expect(parse(good.replace('"web-flat.vmdk"', '"a b.vmdk" 128'))).toMatchObject({ extents: [{ file: 'a b.vmdk', offsetSectors: 128 }] });
});

test.each([
  ['without its first line', good.replace('# Disk DescriptorFile', '#')],
  ['without extents', good.replace(/^RW.*$/m, '')],
  ['without a content id', good.replace(/^CID=.*$/m, '')],
  ['without a word about parents', good.replace(/^parentCID=.*$/m, '')],
  ['with a line nobody knows', `${good}\nRW twelve VMFS "x"`],
  ['that says one thing twice', `${good}\nCID=00000001`],
  ['that is the data itself', 'KDMV\u0003\0\0\0'],
])('a descriptor %s is refused', (_what, text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'DISK_FORMAT_UNKNOWN', subject: { file: '[store] web.vmdk' } }));
});

test('text that isn’t UTF-8 is refused rather than guessed at', () => {
  expect(() => parseDescriptor('x', Buffer.from(good.replace('web', 'w\u00e9b'), 'latin1'))).toThrow(/UTF-8/);
});

test('files are found beside their descriptor, and nowhere else', () => {
  expect(besides('[san 1] vms/web/web.vmdk', 'web-flat.vmdk')).toBe('[san 1] vms/web/web-flat.vmdk');
  expect(besides('[san 1] web.vmdk', 'web-flat.vmdk')).toBe('[san 1] web-flat.vmdk');
  for (const name of ['/vmfs/volumes/x/web.vmdk', '../other/web.vmdk', 'a/../../b.vmdk', '']) expect(besides('[s] web/web.vmdk', name)).toBeUndefined();
  expect(parseDatastorePath('web/web.vmdk')).toBeUndefined();
});
