import { diskErrors } from '../errors.ts';
import { cowdFormat, cowdHeaderBytes } from './cowd-format.ts';
import { besides, parseDatastorePath } from './datastore-path.ts';
import { type Descriptor, type DescriptorExtent, descriptorBytesMax, parseDescriptor } from './descriptor.ts';
import type { ExtentMap, Layer } from './extent-map.ts';
import type { FileReader } from './file-reader.ts';
import { flatExtent, zeroExtent } from './flat-extent.ts';
import { type GrainFile, grainExtent, sectorBytes } from './grain-extent.ts';
import { MetadataPages } from './metadata-pages.ts';
import { sesparseFormat, sesparseHeaderBytes, sesparseVolatileHeaderPosition } from './sesparse-format.ts';

/** vSphere itself allows 32 snapshots; linked clones add some. */
const layersMax = 64;

export interface ChainOptions {
  readonly reader: FileReader;
  readonly disk: string;
  readonly parents: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Opens a disk and everything it stands on, the newest layer first.
 *
 * @throws `DISK_NOT_READABLE_AS_FILE`, `DISK_FORMAT_UNKNOWN`, `DISK_CHAIN_BROKEN`, `DISK_FILE_DAMAGED`, and what `FileReader` throws
 */
export async function openChain({ reader, disk, parents, signal }: ChainOptions): Promise<Layer[]> {
  const sizes = new Map<string, number>();
  const pages = new MetadataPages((path, position, into) => reader.read(path, position, into, signal), sizes);
  const layers: Layer[] = [];
  let child: { path: string; descriptor: Descriptor } | undefined;
  for (let path: string | undefined = disk; path !== undefined; ) {
    if (layers.length >= layersMax) throw broken(disk, `it stands on more than ${layersMax} files, or on itself`);
    const descriptor = await readDescriptor(path);
    if (child !== undefined && child.descriptor.parentContentId !== descriptor.contentId)
      throw broken(disk, `${child.path} was made from another content of ${path} than the one that is there`);
    layers.push(await openLayer(path, descriptor));
    child = { path, descriptor };
    path = parentPath(path, descriptor, parents[layers.length - 1]);
  }
  return layers;

  async function readDescriptor(path: string): Promise<Descriptor> {
    const size = await reader.size(path, signal);
    if (size > descriptorBytesMax) throw diskErrors.create('DISK_FORMAT_UNKNOWN', `${path} is too large for a descriptor`, { subject: { file: path } });
    const bytes = new Uint8Array(size);
    await reader.read(path, 0, bytes, signal);
    const descriptor = parseDescriptor(path, bytes);
    if (descriptor.encrypted) throw notAFile(path, 'is encrypted: only a host can read it');
    return descriptor;
  }

  async function openLayer(path: string, descriptor: Descriptor): Promise<Layer> {
    const extents: ExtentMap[] = [];
    let start = 0;
    for (const extent of descriptor.extents) {
      extents.push(await openExtent(path, extent, start));
      start += extent.sectors * sectorBytes;
    }
    return { length: start, extents };
  }

  async function openExtent(descriptorPath: string, extent: DescriptorExtent, start: number): Promise<ExtentMap> {
    const length = extent.sectors * sectorBytes;
    if (extent.type === 'ZERO') return zeroExtent(start, length);
    const path = extentPath(descriptorPath, extent);
    const size = await reader.size(path, signal);
    sizes.set(path, size);
    const file: GrainFile = { path, size, start, length };
    if (extent.type === 'VMFSSPARSE') return grainExtent(file, cowdFormat(file, await head(file, 0, cowdHeaderBytes)), pages);
    if (extent.type === 'SESPARSE') {
      const header = await head(file, 0, sesparseHeaderBytes);
      const volatileHeader = await head(file, sesparseVolatileHeaderPosition(header), sesparseHeaderBytes);
      return grainExtent(file, sesparseFormat(file, header, volatileHeader), pages);
    }
    const position = extent.offsetSectors * sectorBytes;
    if (position + length > size)
      throw diskErrors.create('DISK_FILE_DAMAGED', `${path} has ${size} bytes, ${position + length} are needed`, { subject: { file: path } });
    return flatExtent({ start, length, path, position });
  }

  async function head(file: GrainFile, position: number, length: number): Promise<Uint8Array> {
    if (!(position + length <= file.size))
      throw diskErrors.create('DISK_FILE_DAMAGED', `${file.path} has ${file.size} bytes, too few for its header`, { subject: { file: file.path } });
    const bytes = new Uint8Array(length);
    await reader.read(file.path, position, bytes, signal);
    return bytes;
  }
}

/** Kinds of extent whose bytes are in a file. */
const readableTypes = ['VMFS', 'FLAT', 'VMFSSPARSE', 'SESPARSE'];

function extentPath(descriptorPath: string, { type, file }: DescriptorExtent): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(file ?? '')?.[1];
  if (scheme !== undefined) throw notAFile(descriptorPath, `has its bytes in an object of the storage (${scheme}), not in a file`);
  if (type === 'VMFSRDM' || type === 'VMFSRAWRDM' || type === 'VMFSRAW') throw notAFile(descriptorPath, 'is a raw device mapping: its bytes are not in a file');
  if (!readableTypes.includes(type))
    throw diskErrors.create('DISK_FORMAT_UNKNOWN', `${descriptorPath} has an extent of the kind ${type}, which can’t be read`, {
      subject: { file: descriptorPath },
    });
  const path = besides(descriptorPath, file ?? '');
  if (path === undefined) throw broken(descriptorPath, `its extent “${file ?? ''}” is not beside it`);
  return path;
}

/** @param known what the VM's configuration says stands behind this descriptor */
function parentPath(path: string, descriptor: Descriptor, known: string | undefined): string | undefined {
  if (descriptor.parentContentId === undefined) return undefined;
  const hint = descriptor.parentHint;
  if (hint === undefined) throw broken(path, 'it has a parent, but doesn’t say which');
  const hintedName = hint.split('/').at(-1);
  if (known !== undefined) {
    if (parseDatastorePath(known)?.name !== hintedName) throw broken(path, `its parent is ${hint}, but the VM’s configuration says ${known}`);
    return known;
  }
  const beside = besides(path, hint);
  if (beside === undefined) throw broken(path, `its parent ${hint} is in another folder, and nobody said on which datastore`);
  return beside;
}

function notAFile(path: string, what: string): Error {
  return diskErrors.create('DISK_NOT_READABLE_AS_FILE', `${path} ${what}`, { subject: { disk: path } });
}

function broken(path: string, what: string): Error {
  return diskErrors.create('DISK_CHAIN_BROKEN', `${path}: ${what}`, { subject: { disk: path } });
}
