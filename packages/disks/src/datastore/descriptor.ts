import { diskErrors } from '../errors.ts';

/** Larger isn't a descriptor. */
export const descriptorBytesMax = 65536;

/** Says that there is no parent. */
const noParent = 0xffffffff;

export interface DescriptorExtent {
  readonly sectors: number;
  /** `VMFS`, `FLAT`, `VMFSSPARSE`, `SESPARSE`, `VMFSRDM` … */
  readonly type: string;
  readonly file: string | undefined;
  /** where the extent's bytes begin in its file */
  readonly offsetSectors: number;
}

/** The text that names the files of a VMDK. */
export interface Descriptor {
  readonly contentId: number;
  /** `undefined`: the disk has no parent */
  readonly parentContentId: number | undefined;
  readonly parentHint: string | undefined;
  readonly createType: string;
  readonly encrypted: boolean;
  readonly extents: readonly DescriptorExtent[];
}

/**
 * Reads a descriptor strictly: what isn't understood might be what matters.
 *
 * @param path for messages
 * @throws `DISK_FORMAT_UNKNOWN`
 */
export function parseDescriptor(path: string, bytes: Uint8Array): Descriptor {
  const text = decode(path, bytes);
  const values = new Map<string, string>();
  const extents: DescriptorExtent[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const extent = parseExtent(line);
    if (extent !== undefined) {
      extents.push(extent);
      return;
    }
    const pair = /^([A-Za-z0-9_.:-]+)\s*=\s*(?:"([^"]*)"|([^"]*))$/.exec(line);
    if (pair === null) throw unknown(path, `line ${index + 1} of the descriptor is not understood`);
    const [, key, quoted, plain] = pair as unknown as [string, string, string | undefined, string | undefined];
    if (values.has(key.toLowerCase())) throw unknown(path, `the descriptor says ${key} twice`);
    values.set(key.toLowerCase(), quoted ?? plain?.trim() ?? '');
  });
  if (extents.length === 0) throw unknown(path, 'the descriptor names no extents');
  const parentContentId = contentId(path, values, 'parentCID');
  return {
    contentId: contentId(path, values, 'CID'),
    parentContentId: parentContentId === noParent ? undefined : parentContentId,
    parentHint: values.get('parentfilenamehint'),
    createType: values.get('createtype') ?? '',
    encrypted: isEncrypted(values),
    extents,
  };
}

function decode(path: string, bytes: Uint8Array): string {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic === 'KDMV' || magic === 'COWD') throw unknown(path, 'it is the disk’s data, not its descriptor');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unknown(path, 'the descriptor is not UTF-8 text');
  }
  text = text.replace(/\0+$/, '');
  if (!/^# Disk DescriptorFile\s/.test(text)) throw unknown(path, 'it doesn’t begin as a descriptor does');
  return text;
}

function parseExtent(line: string): DescriptorExtent | undefined {
  const match = /^(?:RW|RDONLY|NOACCESS)\s+(\d+)\s+([A-Z]+)(?:\s+"([^"]+)"(?:\s+(\d+))?)?(?:\s+.*)?$/.exec(line);
  if (match === null) return undefined;
  return { sectors: Number(match[1]), type: match[2] as string, file: match[3], offsetSectors: Number(match[4] ?? 0) };
}

function contentId(path: string, values: ReadonlyMap<string, string>, key: string): number {
  const value = values.get(key.toLowerCase()) ?? '';
  if (!/^[0-9a-f]{1,8}$/i.test(value)) throw unknown(path, `the descriptor has no ${key}`);
  return Number.parseInt(value, 16);
}

/** An encrypted disk's extents are ciphertext to everybody but the host. */
function isEncrypted(values: ReadonlyMap<string, string>): boolean {
  return [...values].some(([key, value]) => key.startsWith('encryption.') || (key === 'ddb.iofilters' && /crypt/i.test(value)));
}

function unknown(path: string, what: string): Error {
  return diskErrors.create('DISK_FORMAT_UNKNOWN', `${path}: ${what}`, { subject: { file: path } });
}
