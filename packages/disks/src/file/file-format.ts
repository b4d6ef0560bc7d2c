/** What a restored disk's file holds. */
export type DiskFileFormat = 'raw' | 'qcow2' | 'vmdk';

const endings: Readonly<Record<string, DiskFileFormat>> = { raw: 'raw', img: 'raw', dd: 'raw', qcow2: 'qcow2', vmdk: 'vmdk' };

/** The format a file's name stands for: `web01.qcow2` → `qcow2`; `undefined` where the ending says nothing. */
export function diskFileFormatByName(name: string): DiskFileFormat | undefined {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1];
  return ending === undefined ? undefined : endings[ending.toLowerCase()];
}
