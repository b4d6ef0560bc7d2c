import { vaultErrors } from '../errors.ts';
import { packBytesTarget } from '../format.ts';
import { encodeForwards, forwardKeyOf, type MovedSlot } from '../forward/forward-record.ts';
import { repairKeyOf } from '../index/repair-name.ts';
import { encodeSegment } from '../index/segment.ts';
import { insideOf, type VaultInside } from '../inside.ts';
import { packKey } from '../pack/layout.ts';
import { readingKeys } from '../pack/pack-keys.ts';
import { sealObject } from '../sealed-object.ts';
import { commitManifest } from '../session/commit.ts';
import { putOnce } from '../session/put-once.ts';
import { registerWriter } from '../session/register-writer.ts';
import type { Vault } from '../vault.ts';
import { copySlots } from './copy-slots.ts';
import { fence } from './fence.ts';
import type { SeenSlots } from './follow-maps.ts';
import { type CopiedPack, PackCopier } from './pack-copier.ts';
import { type HalfDeadPack, type PlanOptions, planRewrite } from './rewrite-plan.ts';

export interface RewriteOptions extends PlanOptions {
  /** without it nothing but maps is read, and nothing written */
  readonly apply: boolean;
  /** bytes of a full data pack; 64 MiB when absent */
  readonly packBytes?: number | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

export interface RewriteReport {
  readonly state: 'nothing to do' | 'would rewrite' | 'done';
  /** packs that are to be rewritten, or were */
  readonly packs: number;
  /** bytes of live slots, which are read and written again */
  readonly bytes: number;
  /** what collection can take afterwards, beyond what it writes */
  readonly freed: number;
  /** packs that are as dead and were left: in a class that reads slowly, not allowed to go yet, beyond the budget */
  readonly left: { readonly cold: number; readonly kept: number; readonly budget: number };
  /** a sentence each about packs that weren't copied whole */
  readonly notices: readonly string[];
}

const metaPackBytes = 16 * 1024 * 1024;
/** What one forwarding record stands for: work that is lost when a session dies, and what collection waits for. */
const sessionBytesMax = 4 * 1024 ** 3;
const sessionPacksMax = 1024;
/** A rewriting belongs to no VM. */
const noVm = '0'.repeat(32);

/**
 * Copies what points need of packs that are mostly dead into new packs, and says where it went; a collection can take the old packs
 * then. By the protocol of docs/collection.md: safe with any number of writers, readers, collectors and rewritings, and wherever it
 * breaks off, nothing has changed but what can be collected.
 *
 * Memory: one data pack, one metadata pack, and what `planRewrite` says.
 *
 * @throws `REWRITE_REFUSED`, `VAULT_WRITE_ONLY`, `VAULT_READ_ONLY`, `VAULT_FENCED` when a collector has given the session up
 */
export async function rewritePacks(vault: Vault, options: RewriteOptions): Promise<RewriteReport> {
  return rewriteWith(insideOf(vault), options);
}

export async function rewriteWith(context: RewriteContext, options: RewriteOptions): Promise<RewriteReport> {
  readingKeys(context.keys, 'Rewriting packs');
  if (context.description?.immutability !== undefined) {
    throw vaultErrors.create(
      'REWRITE_REFUSED',
      'Packs of a vault with immutability aren’t rewritten: their locks would have to be moved with what is in them.',
      {
        did: 'Nothing was read.',
      },
    );
  }
  const { packs, live, left } = await planRewrite(context, options);
  const total = packs.reduce((sum, pack) => sum + pack.liveBytes, 0);
  const freed = packs.reduce((sum, pack) => sum + pack.size, 0) - total;
  const plan = { packs: packs.length, bytes: total, freed, left, notices: [] };
  if (packs.length === 0) return { state: 'nothing to do', ...plan };
  if (!options.apply) return { state: 'would rewrite', ...plan };
  const done = { packs: 0, bytes: 0, freed: 0 };
  const notices: string[] = [];
  for (const some of sessionsOf(packs)) {
    options.signal?.throwIfAborted();
    const copied = await rewriteSome(context, some, live, options, (bytes) => options.onProgress?.({ done: done.bytes + bytes, total }));
    done.packs += copied.packs;
    done.bytes += copied.bytes;
    done.freed += copied.freed;
    notices.push(...copied.notices);
  }
  return { state: 'done', ...done, left, notices };
}

type RewriteContext = Pick<VaultInside, 'store' | 'keys' | 'environment'> & { readonly description?: Pick<VaultInside['description'], 'immutability'> };

/** In the order that docs/vault-format.md §9.3 demands: presence, copies, index, and then the record, which is the commit. */
async function rewriteSome(
  context: RewriteContext,
  packs: readonly HalfDeadPack[],
  live: SeenSlots,
  options: RewriteOptions,
  onProgress: (bytes: number) => void,
): Promise<{ packs: number; bytes: number; freed: number; notices: string[] }> {
  const { store, keys, environment } = context;
  const { signal } = options;
  const id = Buffer.from(environment.random.bytes(16)).toString('hex');
  const lease = await registerWriter(context, id, { kind: 'rewrite', vmId: noVm });
  let commit: 'not begun' | 'under way' | 'decided' = 'not begun';
  try {
    const targets: Omit<CopiedPack, 'bytes'>[] = [];
    const storePack = async ({ bytes, ...pack }: CopiedPack) => {
      await putOnce(store, packKey(pack.kind, pack.id), bytes, pack.sha256, signal);
      targets.push(pack);
    };
    const largest = { data: options.packBytes ?? packBytesTarget, meta: metaPackBytes };
    const copiers = { data: undefined as PackCopier | undefined, meta: undefined as PackCopier | undefined };
    const sources: { pack: string; slots: readonly MovedSlot[] }[] = [];
    const sums = { packs: 0, bytes: 0, freed: 0, notices: [] as string[] };
    for (const pack of packs) {
      signal?.throwIfAborted();
      copiers[pack.kind] ??= new PackCopier(keys, environment.random, pack.kind, largest[pack.kind], storePack);
      const { moved, reason } = await copySlots({ ...context, signal }, pack, live, copiers[pack.kind]!);
      if (reason !== undefined) sums.notices.push(reason);
      if (moved.length > 0) sources.push({ pack: pack.id, slots: moved });
      const bytes = moved.reduce((sum, { to }) => sum + to.length, 0);
      sums.bytes += bytes;
      if (reason === undefined) {
        sums.packs++;
        sums.freed += pack.size - bytes;
      }
      onProgress(sums.bytes);
    }
    for (const copier of Object.values(copiers)) await copier?.finish();
    if (targets.length > 0) {
      const index = repairKeyOf(id);
      const segment = encodeSegment(
        targets,
        targets.map(({ rows }) => rows),
      );
      await putOnce(store, index, sealObject(keys, { kind: 'HFINDEX1', key: index, sessionId: id }, segment, environment.random), undefined, signal);
      const key = forwardKeyOf(id);
      const record = sealObject(keys, { kind: 'HFFORWD1', key, sessionId: id }, encodeForwards({ targets, sources }), environment.random);
      commit = 'under way';
      await commitManifest(store, key, record).catch((error: unknown) => {
        if (vaultErrors.is(error, 'VAULT_FENCED')) commit = 'decided';
        throw error;
      });
      commit = 'decided';
    }
    return sums;
  } finally {
    // A record that got no answer may still arrive. Our own fence decides it; where that can't be put, collection must find us.
    const decided =
      commit !== 'under way' ||
      (await fence(context, { id, vmId: noVm, kind: 'rewrite' }, 'its commit got no answer').then(
        () => true,
        () => false,
      ));
    await (decided ? lease.end() : lease.leave()).catch(() => {}); // an orphaned session object only delays collection
  }
}

function* sessionsOf(packs: readonly HalfDeadPack[]): Generator<HalfDeadPack[]> {
  let some: HalfDeadPack[] = [];
  let bytes = 0;
  for (const pack of packs) {
    if (some.length > 0 && (bytes + pack.liveBytes > sessionBytesMax || some.length === sessionPacksMax)) {
      yield some;
      some = [];
      bytes = 0;
    }
    some.push(pack);
    bytes += pack.liveBytes;
  }
  if (some.length > 0) yield some;
}
