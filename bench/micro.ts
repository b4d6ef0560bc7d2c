/**
 * `node bench/micro.ts [IMAGE]`: what the steps of the pipeline cost by themselves, in MB (10^6 bytes) per CPU-second of one thread.
 * On 96 MiB of an image's non-zero blocks when one is given, else on this machine's own Node binary, which compresses about as well.
 */
import { createCipheriv, createHmac, hash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { constants, zstdCompressSync } from 'node:zlib';
import { KiB, MiB } from '@holdfast/kit';

const sampleBytes = 96 * MiB;
const chunkBytes = 256 * KiB;
const repeats = 5;

const sample = await readSample(process.argv[2] ?? process.execPath);
const key = randomBytes(32);

const zeros = Buffer.alloc(chunkBytes);
const alsoZeros = Buffer.alloc(chunkBytes);
const steps: readonly (readonly [string, (chunk: Buffer) => unknown])[] = [
  ['zero test, on zeros', () => alsoZeros.equals(zeros)],
  ['HMAC-SHA-256 (chunk id)', (chunk) => createHmac('sha256', key).update(chunk).digest()],
  ['SHA-256 (of packs)', (chunk) => hash('sha256', chunk, 'buffer')],
  ['zstd -3 (fast)', (chunk) => compress(chunk, -3)],
  ['zstd 1 (balanced)', (chunk) => compress(chunk, 1)],
  ['zstd 3 (dense)', (chunk) => compress(chunk, 3)],
  ['AES-256-GCM (sealing)', seal],
];

console.log(`| step | MB per CPU-second |\n| --- | ---: |`);
for (const [name, step] of steps) {
  const rates = Array.from({ length: repeats }, () => rateOf(step)).sort((a, b) => a - b);
  console.log(`| ${name} | ${rates[repeats >> 1]!.toFixed(0)} |`);
}

function rateOf(step: (chunk: Buffer) => unknown): number {
  const before = process.cpuUsage();
  for (let offset = 0; offset + chunkBytes <= sample.length; offset += chunkBytes) step(sample.subarray(offset, offset + chunkBytes));
  const { user, system } = process.cpuUsage(before);
  return sample.length / (user + system);
}

function compress(chunk: Buffer, level: number): Buffer {
  return zstdCompressSync(chunk, { chunkSize: chunkBytes + 4 * KiB, params: { [constants.ZSTD_c_compressionLevel]: level } });
}

function seal(chunk: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  const sealed = cipher.update(chunk);
  cipher.final();
  return sealed;
}

/** Evenly spaced blocks that aren't zero, up to 96 MiB. */
async function readSample(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafe(sampleBytes);
  const step = Math.max(MiB, Math.floor(size / (sampleBytes / MiB) / MiB) * MiB);
  let used = 0;
  for (let offset = 0; offset + MiB <= size && used < sampleBytes; offset += step) {
    await file.read(buffer, used, MiB, offset);
    if (buffer.subarray(used, used + MiB).some((byte) => byte !== 0)) used += MiB;
  }
  return buffer.subarray(0, used);
}
