import type { ObjectStore } from '@holdfast/store';
import { readRecords } from '../collect/records.ts';
import { vaultErrors } from '../errors.ts';
import type { RecoveryPoint } from '../model.ts';
import { packKey } from '../pack/layout.ts';
import { openManifest, parsePointId } from '../point/manifest.ts';
import { packsOfPoint } from '../point/packs-of-point.ts';
import { listMarks, putMark } from '../point/point-mark.ts';
import { undeletePoint } from '../point/soft-delete.ts';
import { magicOf } from '../sealed-object.ts';
import type { CheckContext } from './check-context.ts';
import { inspectPack } from './inspect-pack.ts';
import type { RepairStep } from './repair-vault.ts';
import { replaceObject } from './replace-object.ts';

const reason = 'being brought back from a second copy of the vault';

/**
 * Points that the copy has and this vault hasn't: manifests are never deleted, so that they were lost. Each comes back as a deleted
 * point, then what it needs, and then the deletion is taken back as any is: a collection that has condemned its packs meanwhile wins.
 */
export async function* bringBackPoints(context: CheckContext, copy: ObjectStore, apply: boolean): AsyncGenerator<RepairStep> {
  const { inside } = context;
  const { store, keys } = inside;
  const there = new Set<string>();
  for await (const { key } of store.list('points/')) there.add(key.slice('points/'.length));
  const marks = new Map((await listMarks(inside, 'deleted')).map((mark) => [mark.id, mark.record?.reason]));
  const deletedInCopy = new Set<string>();
  for await (const { key } of copy.list('deleted/')) deletedInCopy.add(key.slice('deleted/'.length));
  for await (const { key } of copy.list('points/')) {
    context.signal?.throwIfAborted();
    const id = key.slice('points/'.length);
    const name = parsePointId(id);
    // One that an earlier run left half way is deleted for our reason.
    const ours = marks.get(id) === reason;
    if (name === undefined || deletedInCopy.has(id) || (marks.has(id) && !ours) || (there.has(id) && !ours)) continue;
    const bytes = await copy.get(key);
    if (magicOf(bytes) !== 'HFPOINT1') continue;
    const step = { kind: 'step', object: key, source: 'copy', bytes: bytes.length } as const;
    try {
      const point = openManifest(keys, name.vmId, name.sessionId, bytes);
      if (!apply) {
        yield { ...step, outcome: 'would repair', message: `${key}, a point of ${point.vm.name} that the copy has, would be brought back.` };
        continue;
      }
      if (!ours) await putMark(inside, 'deleted', id, reason);
      if (!there.has(id)) await store.put(key, bytes, { ifAbsent: true });
      await bringPacks(context, point, copy);
      await undeletePoint(inside, id);
      yield { ...step, outcome: 'repaired', message: `${key}, a point of ${point.vm.name}, is back, from the copy.` };
    } catch (error) {
      if (!refusals.some((code) => vaultErrors.is(error, code))) throw error;
      yield { ...step, outcome: 'not repaired', message: `${key} isn’t brought back: ${(error as Error).message}` };
    }
  }
}

const refusals = ['POINT_UNREADABLE', 'POINT_CONDEMNED', 'PACK_ABSENT', 'PACK_DAMAGED', 'OBJECT_DAMAGED', 'VAULT_CONFLICT'] as const;

/** More metadata packs than a point's maps are deep and wide would need; each turn brings one. */
const turnsMax = 10_000;

/** Puts what the point needs and the store hasn't. */
async function bringPacks(context: CheckContext, point: RecoveryPoint, copy: ObjectStore): Promise<void> {
  const { store, keys } = context.inside;
  const absent = (await readRecords(store, keys)).packs;
  for (let turn = 0; turn < turnsMax; turn++) {
    try {
      for (const [key, { id }] of await packsOfPoint(store, keys, point, absent))
        if ((await store.head(key)) === undefined) await bringPack(context, key, id, copy);
      return;
    } catch (error) {
      // A map's own pack is named by the error; what it holds shows the next ones.
      const key = vaultErrors.is(error, 'PACK_ABSENT') ? (error as { subject?: { object?: string } }).subject?.object : undefined;
      if (key === undefined || (await store.head(key)) !== undefined) throw error;
      await bringPack(context, key, key.slice(-32), copy);
    }
  }
}

async function bringPack({ inside, answers }: CheckContext, key: string, id: string, copy: ObjectStore): Promise<void> {
  const kind = key === packKey('meta', id) ? 'meta' : 'data';
  const lost = (cause?: unknown) =>
    vaultErrors.create('PACK_ABSENT', `${key} is neither in the store nor intact in the copy.`, { cause, subject: { object: key } });
  let bytes: Buffer;
  try {
    bytes = Buffer.from(await copy.get(key));
    answers.fetched(bytes.length);
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ABSENT') throw lost(error);
    throw error;
  }
  if (inspectPack(bytes, { kind, id }, inside.keys).problems.length > 0) throw lost();
  await replaceObject(inside.store, key, bytes);
}
