import type { Random } from '@holdfast/kit';

/** Means "no content yet" and "no parent" in descriptors. */
const reserved = [0xfffffffe, 0xffffffff];

/** 32 random bits that tell one content of a VMDK from another. */
export function contentIdFrom(random: Random): number {
  const bytes = random.bytes(4);
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return reserved.includes(id) ? 1 : id;
}
