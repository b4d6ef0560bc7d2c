import { setTimeout as sleep } from 'node:timers/promises';
import { MiB } from '@holdfast/kit';
import { insideOf } from '../../src/inside.ts';
import { isFenced } from '../../src/restore/is-fenced.ts';
import type { BackupSession } from '../../src/vault.ts';
import { DiskHistory, type Extent } from './disk-history.ts';
import { readJournals } from './journal.ts';
import { type Actor, noteFailure } from './setting.ts';

const machinesEach = 2;
/** What a session that was given up may run into, since collection doesn't wait for it any more. */
const ofTheFenced = ['PACK_ABSENT', 'OBJECT_DAMAGED'];
const ofAnybody = ['VAULT_FENCED', 'VAULT_COMMIT_UNKNOWN', 'SESSION_LEFT'];

/** Backs up its machines, each in its own loop: several sessions are open at once. */
export async function write(actor: Actor): Promise<void> {
  await Promise.all(Array.from({ length: machinesEach }, (_, index) => protect(actor, `${actor.name}-${index}`)));
}

async function protect(actor: Actor, machine: string): Promise<void> {
  const { chance, journal, setting } = actor;
  const history = new DiskHistory(`${setting.seed}/${machine}`);
  const known = readJournals(setting.journals, actor.name).flatMap((note) =>
    note.at === 'intended' && note.history === history.name ? [note.generation] : [],
  );
  while (history.generation < Math.max(0, ...known)) history.advance();
  for (;;) {
    history.advance();
    // One machine is backed up by everybody, sometimes twice at once.
    const vmId = actor.vault.vmId('soak', chance.happens(0.1) ? 'shared' : machine);
    let session: BackupSession | undefined;
    try {
      session = await actor.vault.beginSession({ vmId, expectedBytes: 64 * MiB });
      await backUp(actor, session, history);
    } catch (error) {
      const fenced = session !== undefined && (await wasFenced(actor, session));
      noteFailure(journal, 'a backup', error, fenced ? [...ofAnybody, ...ofTheFenced] : ofAnybody);
    }
    await session?.end().catch((error) => noteFailure(journal, 'the end of a backup', error, ofAnybody));
    await sleep(chance.between(0, 5000));
  }
}

async function backUp({ chance, journal }: Actor, session: BackupSession, history: DiskHistory): Promise<void> {
  const base = session.base?.tags?.history === history.name && chance.happens(0.85) ? session.base : undefined;
  const extents = base === undefined ? [{ offset: 0, length: history.bytes.length }] : history.changedSince(Number(base.tags!.generation));
  if (chance.happens(0.2)) await sleep(chance.between(0, 3000));
  const { map, statistics } = await session.writeDisk({ source: sourceOf(history), extents: these(extents), base: base?.disks[0]?.map });
  if (chance.happens(0.15)) await sleep(chance.between(0, 3000));
  if (chance.happens(0.03)) return;
  const sha256 = history.sha256();
  const mode = base === undefined ? 'full' : 'incremental';
  const point = `${session.vmId}/${session.id}`;
  journal.note({ at: 'intended', point, history: history.name, generation: history.generation, sha256 });
  await session.commit({
    vm: { name: history.name, vcenter: 'soak', instanceUuid: history.name },
    takenAt: '2026-01-01T00:00:00.000Z',
    consistency: { asked: 'crash', got: 'crash' },
    disks: [{ key: 2000, label: 'Hard disk 1', capacity: map.capacity, identity: {}, map, mode, transport: { mode: 'memory' }, statistics }],
    excluded: [],
    configuration: {},
    files: {},
    tags: { history: history.name, generation: String(history.generation) },
  });
  journal.note({ at: 'committed', point, mode });
}

async function wasFenced({ vault }: Actor, { vmId, id }: BackupSession): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const answer = await isFenced(insideOf(vault).store, vmId, id).catch(() => undefined);
    if (answer !== undefined) return answer;
    await sleep(300);
  }
  return false;
}

const sourceOf = ({ bytes }: DiskHistory) => ({
  capacity: bytes.length,
  read: async (offset: number, into: Uint8Array) => into.set(bytes.subarray(offset, offset + into.length)),
});

async function* these(extents: readonly Extent[]): AsyncGenerator<Extent> {
  yield* extents;
}
