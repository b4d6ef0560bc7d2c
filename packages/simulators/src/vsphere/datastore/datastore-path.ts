import type { DatacenterEntity } from '../inventory/datacenter.ts';
import type { DatastoreEntity } from '../inventory/datastore.ts';
import { vimFault } from '../soap/vim-fault.ts';

/** Takes `[datastore] folder/file` apart. @throws InvalidDatastorePath when it isn't of that form or the datacenter has no such datastore */
export function splitDatastorePath(datacenter: DatacenterEntity, text: string): { datastore: DatastoreEntity; path: string } {
  const match = /^\[([^\]]+)\]\s*(.*)$/.exec(text);
  const datastore = datacenter.datastores.find((one) => one.name === match?.[1]);
  const path = match?.[2]?.replace(/\/+$/, '') ?? '';
  if (match === null || datastore === undefined || path.startsWith('/') || path.split('/').includes('..')) {
    throw vimFault('InvalidDatastorePath', `Invalid datastore path '${text}'.`, { datastorePath: text, name: match?.[1] });
  }
  return { datastore, path };
}
