import { isA } from '@holdfast/vsphere/wire';
import type { DatastoreFile } from '../disks/index.ts';
import type { DatastoreEntity } from '../inventory/datastore.ts';
import type { ManagedObject } from '../inventory/world.ts';
import type { Call, Handlers } from '../soap/call.ts';
import { vimFault } from '../soap/vim-fault.ts';
import { datastorePath } from '../vm/machine.ts';
import { storageFault } from './storage-fault.ts';

interface SearchSpec {
  readonly query?: readonly { readonly $type: string }[];
  readonly details?: { readonly fileType: boolean; readonly fileSize: boolean; readonly modification: boolean; readonly fileOwner: boolean };
  readonly searchCaseInsensitive?: boolean;
  readonly matchPattern?: readonly string[];
}

/** A datastore browser knows the datastores it may look into. */
export interface DatastoreBrowser extends ManagedObject {
  readonly datastores: () => readonly DatastoreEntity[];
}

export const browserHandlers: Handlers = {
  SearchDatastore_Task: (call) => search(call, 'HostDatastoreBrowser.search', async (datastore, path, spec) => await resultsOf(datastore, path, spec)),
  SearchDatastoreSubFolders_Task: (call) =>
    search(call, 'HostDatastoreBrowser.searchSubFolders', async (datastore, path, spec) => {
      const folders = (await datastore.files.list(path, { deep: true })).filter((file) => file.type === 'folder').map((file) => file.path);
      return await Promise.all([path, ...folders].map((folder) => resultsOf(datastore, folder, spec)));
    }),
};

function search(
  call: Call,
  descriptionId: string,
  work: (datastore: DatastoreEntity, path: string, spec: SearchSpec) => Promise<unknown>,
): { type: string; value: string } {
  const { datastorePath: text, searchSpec } = call.parameters as { datastorePath: string; searchSpec?: SearchSpec };
  const match = /^\[([^\]]+)\]\s*(.*)$/.exec(text);
  const datastore = (call.target as DatastoreBrowser).datastores().find((one) => one.name === match?.[1]);
  if (match === null || datastore === undefined) throw vimFault('InvalidDatastorePath', `Invalid datastore path '${text}'.`, { datastorePath: text });
  return call.startTask({
    descriptionId,
    work: async () => {
      try {
        return await work(datastore, (match[2] ?? '').replace(/^\.$|\/+$/g, ''), searchSpec ?? {});
      } catch (error) {
        throw storageFault(error, text);
      }
    },
  });
}

async function resultsOf(datastore: DatastoreEntity, path: string, spec: SearchSpec): Promise<Record<string, unknown>> {
  const patterns = (spec.matchPattern ?? []).map((pattern) => wildcard(pattern, spec.searchCaseInsensitive ?? false));
  const files = (await datastore.files.list(path)).filter(
    (file) =>
      // Extents belong to their descriptor; the browser shows them only to those who ask for everything by pattern.
      (file.type !== 'extent' || patterns.length > 0 || (spec.query ?? []).length === 0) &&
      (patterns.length === 0 || patterns.some((pattern) => pattern.test(file.name))) &&
      ((spec.query ?? []).length === 0 || spec.query!.some((query) => fits(file, query.$type))),
  );
  return {
    $type: 'HostDatastoreBrowserSearchResults',
    datastore: datastore.ref,
    folderPath: datastorePath(datastore, path, ''),
    file: files.map((file) => fileInfo(file, spec)),
  };
}

const infoTypes: Readonly<Record<DatastoreFile['type'], string>> = {
  folder: 'FolderFileInfo',
  disk: 'VmDiskFileInfo',
  config: 'VmConfigFileInfo',
  nvram: 'VmNvramFileInfo',
  log: 'VmLogFileInfo',
  extent: 'FileInfo',
  snapshotList: 'FileInfo',
  file: 'FileInfo',
};

function fits(file: DatastoreFile, query: string): boolean {
  return isA(infoTypes[file.type].replace(/Info$/, 'Query'), query);
}

function fileInfo(file: DatastoreFile, spec: SearchSpec): Record<string, unknown> {
  const { details } = spec;
  return {
    $type: details?.fileType === true ? infoTypes[file.type] : 'FileInfo',
    path: file.name,
    ...(details?.fileSize === true && { fileSize: file.size }),
    ...(details?.modification === true && { modification: new Date(file.modified) }),
    ...(details?.fileOwner === true && { owner: 'root' }),
  };
}

function wildcard(pattern: string, caseInsensitive: boolean): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, caseInsensitive ? 'i' : '');
}
