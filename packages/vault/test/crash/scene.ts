import { MiB } from '@holdfast/kit';
import { type MemoryStore, memoryStore } from '@holdfast/store/testing';
import { createVault, openVault, type Vault } from '../../src/index.ts';
import { bytesOf } from '../soak/chance.ts';
import { draft, environment, passphrase, passphraseCost, sha256, testDisk } from '../vault-fixture.ts';

/** A small vault from which every crash starts anew. */
export interface Scene {
  readonly store: MemoryStore;
  /** undeleted points */
  readonly points: readonly string[];
  /** deleted; nothing else needs most of its packs */
  readonly deleted: string;
}

const diskBytes = MiB;

/** What a machine's disk holds at its nth backup: some of it changes, some is what another machine has too. */
function contentOf(machine: string, nth: number): Buffer {
  return Buffer.concat([
    bytesOf('shared', diskBytes / 4),
    bytesOf(machine, diskBytes / 2),
    bytesOf(`${machine} ${nth}`, diskBytes / 8),
    Buffer.alloc(diskBytes / 8),
  ]);
}

export function openSmall(store: MemoryStore | Parameters<typeof openVault>[0]): Promise<Vault> {
  return openVault(store, { passphrase }, environment, { workers: 1, packBytes: 4 * MiB, packBuffers: 2, segmentBuffers: 1 });
}

/** Backs a machine up; the point says itself what it must hold. */
export async function backUpSmall(vault: Vault, machine: string, nth: number): Promise<string> {
  const session = await vault.beginSession({ vmId: vault.vmId('vc', machine), expectedBytes: diskBytes });
  try {
    const content = contentOf(machine, nth);
    const base = session.base?.disks[0]?.map;
    const extent = base === undefined ? { offset: 0, length: content.length } : { offset: (diskBytes / 4) * 3, length: diskBytes / 8 };
    const extents = (async function* () {
      yield extent;
    })();
    const { map, statistics } = await session.writeDisk({ source: testDisk(content), extents, base });
    return (await session.commit({ ...draft(machine, map, statistics), tags: { sha256: sha256(content) } })).id;
  } finally {
    await session.end();
  }
}

/** @param chunker `grid` where a test must know what is cut where */
export async function newScene(chunker: 'page-cdc' | 'grid' = 'page-cdc'): Promise<Scene> {
  const store = memoryStore();
  await createVault(store, { passphrase, passphraseCost, chunker }, environment);
  const vault = await openSmall(store);
  const points = [await backUpSmall(vault, 'web01', 1), await backUpSmall(vault, 'web01', 2), await backUpSmall(vault, 'web02', 1)];
  const deleted = await backUpSmall(vault, 'web03', 1);
  await vault.deletePoint(deleted, 'test');
  await vault.close();
  return { store, points, deleted };
}
