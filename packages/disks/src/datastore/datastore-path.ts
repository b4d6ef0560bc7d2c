/** `[datastore] folder/name` as vCenter writes it; `undefined` when it isn't such a path. */
export function parseDatastorePath(path: string): { datastore: string; folder: string; name: string } | undefined {
  const match = /^\[([^\]]+)\] ?(?:(.+)\/)?([^/]+)$/.exec(path);
  return match === null ? undefined : { datastore: match[1] as string, folder: match[2] ?? '', name: match[3] as string };
}

/** The file a descriptor names, beside that descriptor; `undefined` when the name leaves the datastore (a host's path). */
export function besides(descriptor: string, name: string): string | undefined {
  const place = parseDatastorePath(descriptor);
  if (place === undefined || name === '' || name.startsWith('/') || name.split('/').includes('..')) return undefined;
  return `[${place.datastore}] ${place.folder === '' ? '' : `${place.folder}/`}${name}`;
}
