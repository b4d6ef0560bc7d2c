import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { cowdGrainBytes, type EncodedGrain, encodeCowd, encodeSesparse, sesparseGrainBytes } from './delta-encoder.ts';

export interface ChainPlan {
  readonly capacity: number;
  readonly base: readonly { readonly offset: number; readonly length: number }[];
  readonly deltas: readonly { readonly format: 'cowd' | 'sesparse'; readonly runs: readonly DeltaRun[] }[];
}

interface DeltaRun {
  readonly grain: number;
  readonly count: number;
  readonly kind: 'data' | 'zero' | 'unmapped';
}

/** Mostly within 5 MiB (several COWD tables), sometimes up to 18 MiB (two SESparse tables). */
const sectorsOfDisk = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 10_000 }), weight: 4 },
  { arbitrary: fc.integer({ min: 33_000, max: 36_000 }), weight: 1 },
);

/** A base disk and up to four deltas on it, written in any order. */
export const chainPlan: fc.Arbitrary<ChainPlan> = sectorsOfDisk.chain((sectors) => {
  const capacity = sectors * 512;
  const base = fc.array(
    fc.tuple(fc.nat(sectors - 1), fc.integer({ min: 1, max: 400 })).map(([start, count]) => ({
      offset: start * 512,
      length: Math.min(count, sectors - start) * 512,
    })),
    { maxLength: 8 },
  );
  const delta = fc.constantFrom('cowd' as const, 'sesparse' as const).chain((format) => {
    const grains = Math.ceil(capacity / (format === 'cowd' ? cowdGrainBytes : sesparseGrainBytes));
    const kind = format === 'cowd' ? fc.constant('data' as const) : fc.constantFrom('data' as const, 'data' as const, 'zero' as const, 'unmapped' as const);
    const run = fc.record({ grain: fc.nat(grains - 1), count: fc.integer({ min: 1, max: 60 }), kind });
    return fc.array(run, { maxLength: 10 }).map((runs) => ({ format, runs }));
  });
  return fc.array(delta, { maxLength: 4 }).chain((deltas) => base.map((written) => ({ capacity, base: written, deltas })));
});

export interface WrittenChain {
  /** Descriptor of the newest layer. */
  readonly disk: string;
  /** The same, as a file of this machine. */
  readonly localPath: string;
  /** What a reader must see. */
  readonly content: Buffer;
}

/** Writes the chain's files into `<folder>/vm` and keeps count of what they hold. */
export async function writeChain(folder: string, { capacity, base, deltas }: ChainPlan): Promise<WrittenChain> {
  await mkdir(join(folder, 'vm'), { recursive: true });
  const content = Buffer.alloc(capacity);
  let mark = 0;
  for (const { offset, length } of base) fill(content.subarray(offset, offset + length), ++mark);
  await writeFile(join(folder, 'vm/web.vmdk'), descriptor({ capacity, type: 'VMFS', createType: 'vmfs', file: 'web-flat.vmdk', contentId: 0xa0 }));
  await writeFile(join(folder, 'vm/web-flat.vmdk'), content);
  let name = 'web';
  for (const [index, { format, runs }] of deltas.entries()) {
    const grainBytes = format === 'cowd' ? cowdGrainBytes : sesparseGrainBytes;
    const seen = new Set<number>();
    const grains: EncodedGrain[] = [];
    for (const { grain, count, kind } of runs) {
      for (let at = grain; at < Math.min(grain + count, Math.ceil(capacity / grainBytes)); at++) {
        if (seen.has(at)) continue;
        seen.add(at);
        const place = content.subarray(at * grainBytes, Math.min(capacity, (at + 1) * grainBytes));
        if (kind === 'data') fill(place, ++mark);
        else place.fill(0);
        grains.push(kind === 'data' ? { index: at, bytes: Uint8Array.from(place) } : { index: at, kind });
      }
    }
    const child = `web-${String(index + 1).padStart(6, '0')}`;
    const [file, type, createType] =
      format === 'cowd' ? [`${child}-delta.vmdk`, 'VMFSSPARSE', 'vmfsSparse'] : [`${child}-sesparse.vmdk`, 'SESPARSE', 'seSparse'];
    await writeFile(join(folder, 'vm', file), (format === 'cowd' ? encodeCowd : encodeSesparse)(capacity, grains));
    const text = descriptor({ capacity, type, createType, file, contentId: 0xa1 + index, parent: { name: `${name}.vmdk`, contentId: 0xa0 + index } });
    await writeFile(join(folder, `vm/${child}.vmdk`), text);
    name = child;
  }
  return { disk: `[store] vm/${name}.vmdk`, localPath: join(folder, `vm/${name}.vmdk`), content };
}

export interface DescriptorPlan {
  readonly capacity: number;
  readonly type: string;
  readonly createType: string;
  readonly file: string;
  readonly contentId: number;
  readonly parent?: { readonly name: string; readonly contentId: number };
}

export function descriptor({ capacity, type, createType, file, contentId, parent }: DescriptorPlan): string {
  return [
    '# Disk DescriptorFile',
    'version=1',
    'encoding="UTF-8"',
    `CID=${contentId.toString(16).padStart(8, '0')}`,
    `parentCID=${(parent?.contentId ?? 0xffffffff).toString(16).padStart(8, '0')}`,
    `createType="${createType}"`,
    ...(parent === undefined ? [] : [`parentFileNameHint="${parent.name}"`]),
    '# Extent description',
    `RW ${capacity / 512} ${type} "${file}"`,
    '',
    '# Change Tracking File',
    'changeTrackPath="web-ctk.vmdk"',
    '',
    '# The Disk Data Base',
    '#DDB',
    '',
    'ddb.longContentID = "0a0b0c0d0e0f00010203040506070809"',
    'ddb.adapterType = "lsilogic"',
    '',
  ].join('\n');
}

/** Bytes unlike any others in the chain. */
function fill(place: Uint8Array, mark: number): void {
  for (let at = 0; at < place.length; at++) place[at] = (mark * 31 + at * 7 + (at >> 8)) & 0xff;
}
