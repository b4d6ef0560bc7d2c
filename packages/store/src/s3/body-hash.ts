import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

const sliceBytes = 1024 * 1024;

/** SHA-256 of a body, letting others run after every MiB (about 1 ms). Whoever has the hash already passes it along and saves this. */
export async function bodyHash(body: Uint8Array): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for (let at = 0; at < body.length; at += sliceBytes) {
    if (at > 0) await nextTurn();
    hash.update(body.subarray(at, at + sliceBytes));
  }
  return hash.digest();
}
