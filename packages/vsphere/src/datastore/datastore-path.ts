import { vsphereErrors } from '../errors.ts';

export interface DatastorePath {
  readonly datastore: string;
  /** without a leading slash; empty for the datastore itself */
  readonly path: string;
}

/** `[datastore1] web01/web01.vmdk` → its parts. @throws `VSPHERE_REFUSED` when it isn't of that form */
export function parseDatastorePath(text: string): DatastorePath {
  const match = /^\[([^\]]+)\] ?(.*)$/s.exec(text);
  if (match === null)
    throw vsphereErrors.create('VSPHERE_REFUSED', `${JSON.stringify(text)} is not a datastore path`, { advice: 'Write it as [datastore] folder/file.' });
  return { datastore: match[1]!, path: match[2]!.replace(/^\/+/, '') };
}

/** Where the server serves that file over HTTPS. */
export function folderUrl(text: string, datacenter: string): string {
  const { datastore, path } = parseDatastorePath(text);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `/folder/${encoded}?dcPath=${encodeURIComponent(datacenter)}&dsName=${encodeURIComponent(datastore)}`;
}
