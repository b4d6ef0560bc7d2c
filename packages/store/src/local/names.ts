import { join } from 'node:path';
import { isSegment } from '../key.ts';

/** Where objects are written before they have their name. No key maps to it, because an encoded segment never starts with a dot. */
export const temporaryFolderName = '.holdfast-temporary';

/** The one thing a folder can't take as it is: names that start with a dot. `%` isn't in the alphabet of keys, so nothing collides. */
function encodeSegment(segment: string): string {
  return segment.startsWith('.') ? `%2E${segment.slice(1)}` : segment;
}

/** `undefined` for a name that we never write: it isn't ours (`lost+found`, `.snapshot`, …). */
export function decodeName(name: string): string | undefined {
  const segment = name.startsWith('%2E') ? `.${name.slice(3)}` : name;
  return isSegment(segment) && encodeSegment(segment) === name ? segment : undefined;
}

export function pathOfKey(root: string, key: string): string {
  return join(root, ...key.split('/').map(encodeSegment));
}
