import { HoldfastError } from '@holdfast/kit';
import { insideOf } from '../inside.ts';
import { noteDamagedPack } from '../pack/damaged-packs.ts';
import { packIdOf } from '../pack/layout.ts';
import { readingKeys } from '../pack/pack-keys.ts';
import type { Vault } from '../vault.ts';
import { Answers } from './answers.ts';
import type { CheckContext } from './check-context.ts';
import { checkIndex, type UsableSegment } from './check-index.ts';
import { checkLocks } from './check-locks.ts';
import { addLostNode, checkPresence, findNeededPacks } from './check-packs.ts';
import { checkRecords } from './check-records.ts';
import { CheckState } from './check-state.ts';
import { Damage } from './damage.ts';
import { type CheckLevel, type CheckProgress, type CheckSummary, type Finding, finding } from './finding.ts';
import { PackTable } from './pack-table.ts';
import { type Reading, readPacks, samplePacks } from './read-packs.ts';
import { livePoints } from './read-points.ts';
import { visitPoints } from './visit-points.ts';

export interface CheckOptions {
  /** 2 when absent; each level includes those below */
  readonly level?: CheckLevel;
  /** bytes that levels 3 and 4 may fetch of packs; no bound when absent */
  readonly budgetBytes?: number;
  /** File on this machine that remembers what was checked when, and what was seen; created where it isn't there. */
  readonly stateFile?: string;
  /** Notes packs that are found damaged or absent in the vault, so that new backups don't come to depend on them. False when absent. */
  readonly contain?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks a vault, without changing it unless it is told to note what it finds, and yields findings as they are certain, progress between them, and a summary at the end.
 * Other processes may go on writing meanwhile.
 *
 * Memory: packs in the vault × 0.2 KiB (with a state file 0.4), points × 0.2 KiB, about 100 MiB at levels 1 to 3 and 350 MiB at
 * level 4, and what the damage itself takes.
 *
 * @throws what the store says when it refuses 16 objects in a row; `CHECK_STATE_FOREIGN`
 */
export async function* checkVault(vault: Vault, options: CheckOptions = {}): AsyncGenerator<Finding | CheckProgress | CheckSummary> {
  const inside = insideOf(vault);
  readingKeys(inside.keys, 'Checking a vault');
  const state = await CheckState.load(options.stateFile, inside.keys.vaultId);
  yield* checkWith({ inside, state, signal: options.signal, answers: new Answers(), table: new PackTable(), damage: new Damage() }, options);
}

/** As `checkVault`, and what was seen stays in the context. */
export async function* checkWith(
  context: CheckContext,
  options: Pick<CheckOptions, 'level' | 'budgetBytes' | 'contain'>,
): AsyncGenerator<Finding | CheckProgress | CheckSummary> {
  const { level = 2, budgetBytes = Number.POSITIVE_INFINITY } = options;
  const { inside, state, signal } = context;
  const reading: Reading = { packs: 0, bytes: 0, complete: true };
  const counted = { points: 0, packs: 0, bytes: 0 };
  let sample: CheckSummary['sample'];
  try {
    yield* checkRecords(context);
    for await (const point of livePoints({ ...inside, signal })) {
      counted.points++;
      for (const { id, size, sha256 } of point.introduced.packs) context.table.record(id, size, sha256);
    }
    yield { kind: 'progress', stage: 'records', done: counted.points, total: counted.points, bytes: context.answers.bytes };
    if (level >= 2) {
      const usable: UsableSegment[] = [];
      yield* findNeededPacks(context);
      yield* checkIndex(context, usable);
      yield* checkPresence(context, level < 4);
      yield* checkLocks(context);
      if (level === 3) sample = yield* samplePacks(context, { budgetBytes }, reading);
      if (level === 4) yield* readPacks(context, usable, { budgetBytes }, reading);
      if (context.damage.any) yield* locate(context);
      yield* options.contain === true ? contain(context) : context.damage.findings();
      for (const { listed } of context.table.needed()) {
        counted.packs++;
        counted.bytes += listed;
      }
      state.keepOnly((pack) => context.table.isWanted(pack));
    }
  } finally {
    await state.save();
  }
  yield {
    kind: 'summary',
    level,
    points: counted.points,
    packs: { needed: counted.packs, read: reading.packs, bytes: counted.bytes },
    bytes: context.answers.bytes,
    complete: reading.complete && context.answers.refused === 0,
    ...(sample === undefined ? {} : { sample }),
  };
}

/** Goes through all points once more, without sparing what they share, to tell what each loss costs. Only where something is lost. */
async function* locate(context: CheckContext): AsyncGenerator<CheckProgress> {
  const { damage } = context;
  yield* visitPoints(context, 'locating', {
    once: false,
    node: (reference, needer, range) => !damage.charge('meta', reference, needer, range),
    chunk: (reference, needer, range) => void damage.charge('data', reference, needer, range),
    lost: (reference, needer, range, error) => {
      addLostNode(context, reference, error);
      damage.charge('meta', reference, needer, range);
    },
  });
}

/** Tells what was found, and notes the packs. A store that takes no note is said once, and costs nothing else. */
async function* contain({ inside, damage }: CheckContext): AsyncGenerator<Finding> {
  const noted = new Set<string>();
  let refused = false;
  for (const found of damage.findings()) {
    yield found;
    const pack = packIdOf(found.object);
    if (!found.code.startsWith('PACK_') || pack === undefined || noted.has(pack) || (found.state !== 'damaged' && found.state !== 'absent')) continue;
    noted.add(pack);
    if (refused) continue;
    try {
      await noteDamagedPack(inside, pack, found.message);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      refused = true;
      const message = `${found.object} could not be noted as damaged, and others aren’t tried: ${error.message} New backups may come to depend on them.`;
      yield finding('PACK', 'notice', found.object, message);
    }
  }
}
