import { posix } from 'node:path';
import type { Random } from '@holdfast/kit';
import type { CreateDiskOptions, LayerId, VirtualDisk } from '../disks/index.ts';
import { createVirtualDisk, openVirtualDisk, storageErrors } from '../disks/index.ts';
import type { DatastoreEntity } from '../inventory/datastore.ts';
import { vimFault } from '../soap/vim-fault.ts';
import { datastorePath } from '../vm/machine.ts';

/** A disk found by the name of one of its files. */
export interface ShelvedDisk {
  readonly disk: VirtualDisk;
  readonly datastore: DatastoreEntity;
  readonly directory: string;
  /** The state whose descriptor was named. */
  readonly layer: LayerId;
}

/** All virtual disks in use: one handle a disk, however many VMs have it. */
export class DiskShelf {
  readonly #random: Random;
  readonly #open = new Map<string, Omit<ShelvedDisk, 'layer'>>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** @throws FileAlreadyExists */
  async create(datastore: DatastoreEntity, directory: string, options: Omit<CreateDiskOptions, 'folder' | 'random'>): Promise<VirtualDisk> {
    const folder = datastore.files.localPath(directory);
    const path = datastorePath(datastore, directory, `${options.name}.vmdk`);
    try {
      const disk = await createVirtualDisk({ ...options, folder, random: this.#random });
      this.#open.set(path, { disk, datastore, directory });
      return disk;
    } catch (error) {
      if (storageErrors.is(error, 'DISK_EXISTS'))
        throw vimFault('FileAlreadyExists', `Cannot complete the operation because the file already exists: ${path}`, { file: path });
      throw error;
    }
  }

  /** The disk one of whose states has this descriptor. @throws FileNotFound */
  async byFile(datastore: DatastoreEntity, path: string): Promise<ShelvedDisk> {
    const directory = posix.dirname(path) === '.' ? '' : posix.dirname(path);
    const fileName = posix.basename(path);
    const known = this.#inDirectory(datastore, directory).flatMap((one) => one.disk.layers().map((layer) => ({ ...one, layer })));
    const found = known.find((one) => one.layer.fileName === fileName);
    if (found !== undefined) return { ...found, layer: found.layer.id };
    const name = fileName.replace(/\.vmdk$/, '').replace(/-\d{6}$/, '');
    const shown = datastorePath(datastore, directory, fileName);
    const disk = await openVirtualDisk({ folder: datastore.files.localPath(directory), name, random: this.#random }).catch((error: unknown) => {
      if (storageErrors.is(error, 'DISK_ABSENT', 'DATASTORE_FILE_ABSENT')) throw vimFault('FileNotFound', `File ${shown} was not found`, { file: shown });
      throw error;
    });
    this.#open.set(datastorePath(datastore, directory, `${name}.vmdk`), { disk, datastore, directory });
    const layer = disk.layers().find((one) => one.fileName === fileName);
    if (layer === undefined) throw vimFault('FileNotFound', `File ${shown} was not found`, { file: shown });
    return { disk, datastore, directory, layer: layer.id };
  }

  /** The disk whose live data is in this file, if it is one that is open. Descriptors are nobody's: a host reads them once and lets go. */
  writtenIn(datastore: DatastoreEntity, path: string): VirtualDisk | undefined {
    const directory = posix.dirname(path) === '.' ? '' : posix.dirname(path);
    const stem = /^(.*)-(?:flat|delta|ctk)\.vmdk$/.exec(posix.basename(path))?.[1];
    return stem === undefined ? undefined : this.#inDirectory(datastore, directory).find(({ disk }) => disk.live.fileName === `${stem}.vmdk`)?.disk;
  }

  async destroy(disk: VirtualDisk): Promise<void> {
    this.#forget(disk);
    await disk.destroy();
  }

  async close(): Promise<void> {
    const disks = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(disks.map(({ disk }) => disk.close()));
  }

  #inDirectory(datastore: DatastoreEntity, directory: string): Omit<ShelvedDisk, 'layer'>[] {
    return [...this.#open.values()].filter((one) => one.datastore === datastore && one.directory === directory);
  }

  #forget(disk: VirtualDisk): void {
    for (const [path, one] of this.#open) if (one.disk === disk) this.#open.delete(path);
  }
}
