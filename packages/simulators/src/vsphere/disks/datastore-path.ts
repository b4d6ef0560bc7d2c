import { storageErrors } from './errors.ts';

export interface DatastorePath {
  readonly datastore: string;
  /** From the root, parts joined by `/`; empty for the root itself. */
  readonly path: string;
}

/** `[ds] web01/web01.vmdk` → its two parts. @throws `DATASTORE_PATH_REFUSED` */
export function parseDatastorePath(text: string): DatastorePath {
  const match = /^\[([^[\]/\\\0]+)\](?: (.*))?$/s.exec(text.trim());
  if (match === null) throw refused(text, 'it does not begin with the name of a datastore in brackets');
  return { datastore: match[1] as string, path: checkedPath(match[2] ?? '') };
}

export function formatDatastorePath({ datastore, path }: DatastorePath): string {
  return path === '' ? `[${datastore}]` : `[${datastore}] ${path}`;
}

/** Without a slash at the end; every part a plain name. @throws `DATASTORE_PATH_REFUSED` */
export function checkedPath(text: string): string {
  const path = text.endsWith('/') ? text.slice(0, -1) : text;
  if (path === '') return '';
  for (const part of path.split('/')) {
    if (part === '') throw refused(text, 'a part of it is empty');
    if (part.startsWith('.')) throw refused(text, 'a part of it begins with a dot');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\x00-\x1f\\]/.test(part)) throw refused(text, 'it holds a character that a name can not have');
    if (new TextEncoder().encode(part).length > 255) throw refused(text, 'a part of it is longer than 255 bytes');
  }
  return path;
}

export function refused(path: string, why: string): Error {
  return storageErrors.create('DATASTORE_PATH_REFUSED', `"${path}" is refused: ${why}`, { subject: { file: path } });
}
