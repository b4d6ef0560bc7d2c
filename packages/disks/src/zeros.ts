import { MiB } from '@holdfast/kit';

/** Nothing but zeros; never written to. */
export const zeros: Uint8Array = new Uint8Array(MiB);

/** memcmp against zeros: bytes that aren't zero are found at the first difference. At most 1 MiB. */
export function isZero(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, bytes.length === zeros.length ? zeros : zeros.subarray(0, bytes.length)) === 0;
}
