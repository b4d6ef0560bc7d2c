import { type AttachedDisk, allSnapshots, datastorePath, type Machine } from './machine.ts';

interface FileEntry {
  key: number;
  name: string;
  type: string;
  size: number;
  uniqueSize: number;
}

/** `layoutEx` of a virtual machine: every file, and which of them make up each disk and each snapshot. */
export async function layoutEx(machine: Machine, now: Date): Promise<Record<string, unknown>> {
  const files: FileEntry[] = [];
  const add = (name: string, type: string, size: number, uniqueSize: number): number => {
    const known = files.find((file) => file.name === name);
    if (known !== undefined) return known.key;
    files.push({ key: files.length, name, type, size, uniqueSize });
    return files.length - 1;
  };
  const home = await machine.datastore.files.list(machine.directory).catch(() => []);
  const ofHome = (suffix: RegExp, type: string): void => {
    for (const file of home) {
      if (suffix.test(file.name)) add(datastorePath(machine.datastore, machine.directory, file.name), type, file.size, file.uniqueSize);
    }
  };
  ofHome(/\.vmx$/, 'config');
  ofHome(/\.nvram$/, 'nvram');
  ofHome(/\.vmsd$/, 'snapshotList');
  const layers = new Map<string, number[]>();
  for (const attached of everyDisk(machine)) {
    for (const file of await attached.disk.files()) {
      const key = add(datastorePath(attached.datastore, attached.directory, file.name), layoutType(file.type), file.size, file.uniqueSize);
      const id = layerKey(attached, file.layer);
      layers.set(id, [...(layers.get(id) ?? []), key]);
    }
  }
  ofHome(/\.log$/, 'log');
  const chain = (attached: AttachedDisk, layer?: string) =>
    [...attached.disk.chain(layer ?? attached.layer)].reverse().map((link) => ({
      $type: 'VirtualMachineFileLayoutExDiskUnit',
      fileKey: layers.get(layerKey(attached, link.id)) ?? [],
    }));
  const snapshots = await Promise.all(
    allSnapshots(machine).map(async (snapshot) => {
      const data = datastorePath(machine.datastore, machine.directory, `${machine.fileStem}-Snapshot${snapshot.id}.vmsn`);
      return {
        $type: 'VirtualMachineFileLayoutExSnapshotLayout',
        key: snapshot.ref,
        dataKey: add(data, 'snapshotData', await sizeOf(machine, data), await sizeOf(machine, data)),
        memoryKey: -1,
        disk: [...snapshot.disks].map(([key, at]) => ({ $type: 'VirtualMachineFileLayoutExDiskLayout', key, chain: chain(at.attached, at.layer) })),
      };
    }),
  );
  return {
    $type: 'VirtualMachineFileLayoutEx',
    file: files.map((file) => ({ $type: 'VirtualMachineFileLayoutExFileInfo', ...file, accessible: true })),
    disk: [...machine.disks].map(([key, attached]) => ({ $type: 'VirtualMachineFileLayoutExDiskLayout', key, chain: chain(attached) })),
    snapshot: snapshots,
    timestamp: now,
  };
}

function everyDisk(machine: Machine): AttachedDisk[] {
  const found = new Map<unknown, AttachedDisk>();
  for (const attached of machine.disks.values()) found.set(attached.disk, attached);
  for (const snapshot of allSnapshots(machine)) for (const { attached } of snapshot.disks.values()) found.set(attached.disk, attached);
  return [...found.values()];
}

function layerKey(attached: AttachedDisk, layer: string): string {
  return `${attached.disk.uuid}/${layer}`;
}

/** vSphere has no file type of its own for tracking files; it lists them as extents' digests' neighbours: `diskExtent` would make them look like data. */
function layoutType(type: 'diskDescriptor' | 'diskExtent' | 'changeTracking'): string {
  return type === 'changeTracking' ? 'digestExtent' : type;
}

async function sizeOf(machine: Machine, path: string): Promise<number> {
  return (await machine.datastore.files.stat(path))?.size ?? 0;
}
