/**
 * Frees the memory of a large temporary result now instead of at some later collection of garbage: threads that make
 * hundreds of megabytes of them a second otherwise hold 64 MiB each, and fetch every page anew from the system.
 * Only for a result that nobody else refers to; small ones share a pool and are left alone.
 */
export function giveBack(bytes: Buffer): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
