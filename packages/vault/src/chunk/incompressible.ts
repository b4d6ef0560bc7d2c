const samples = 4096;
/** Bits per byte; 4096 samples of random bytes measure 7.95, of machine code or text below 7. */
const threshold = 7.9;
const logs = new Float64Array(samples + 1);
for (let count = 1; count <= samples; count++) logs[count] = count * Math.log2(count);
const counts = new Uint16Array(256);

/** Whether bytes look compressed already (video, archives, encrypted data), judged from a sample: such chunks aren't worth zstd's time. */
export function looksCompressed(bytes: Uint8Array): boolean {
  if (bytes.length < samples * 4) return false;
  counts.fill(0);
  const runs = 16;
  const runBytes = samples / runs;
  const stride = Math.floor((bytes.length - runBytes) / (runs - 1));
  for (let run = 0; run < runs; run++) {
    const start = run * stride;
    for (let index = start; index < start + runBytes; index++) counts[bytes[index]!]!++;
  }
  let sum = 0;
  for (let value = 0; value < 256; value++) sum += logs[counts[value]!]!;
  return Math.log2(samples) - sum / samples > threshold;
}
