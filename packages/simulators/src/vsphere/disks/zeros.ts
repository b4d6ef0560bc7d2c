import { Buffer } from 'node:buffer';

const zeros = Buffer.alloc(64 * 1024);

/** True when every byte is zero. */
export function isZero(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < view.length; at += zeros.length) {
    const end = Math.min(at + zeros.length, view.length);
    if (view.compare(zeros, 0, end - at, at, end) !== 0) return false;
  }
  return true;
}
