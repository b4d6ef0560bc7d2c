import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const pieceBytes = 4 * 1024 * 1024;

/** SHA-256 of a whole file, holes included, as hex. */
export async function diskHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(pieceBytes);
  await using file = await open(path, 'r');
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, pieceBytes);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
  }
}
