import type { ObjectStore } from '@holdfast/store';
import { insideOf, keepInside } from '../inside.ts';
import { damagedPacks, liftNotes } from '../pack/damaged-packs.ts';
import { packIdOf, packKey } from '../pack/layout.ts';
import { readingKeys } from '../pack/pack-keys.ts';
import type { Vault } from '../vault.ts';
import { Answers } from './answers.ts';
import { bringBackPoints } from './bring-back-points.ts';
import type { CheckContext } from './check-context.ts';
import { CheckState } from './check-state.ts';
import { checkWith } from './check-vault.ts';
import { Damage } from './damage.ts';
import type { CheckLevel, CheckProgress, Finding } from './finding.ts';
import { findOriginals } from './original-pack.ts';
import { lostForwards, originalRecord } from './original-record.ts';
import { PackTable } from './pack-table.ts';
import { replaceObject } from './replace-object.ts';

export interface RepairOptions {
  /** without it nothing is written */
  readonly apply: boolean;
  /** store that holds a second copy of the same vault; only what proves to be the original is taken from it */
  readonly from?: ObjectStore | undefined;
  /** how the damage is looked for: 2 finds what is absent or has another size, 4 everything. 4 when absent */
  readonly level?: CheckLevel;
  /** as a check's: remembers which packs were read, so that a repair that was ended goes on with the rest */
  readonly stateFile?: string;
  readonly budgetBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What became of one object that is damaged or absent. */
export interface RepairStep {
  readonly kind: 'step';
  readonly object: string;
  readonly outcome: 'would repair' | 'repaired' | 'partly repaired' | 'not repaired';
  /** `copy`: the second copy; `vault`: what this vault still has */
  readonly source?: 'copy' | 'vault';
  readonly bytes: number;
  /** a sentence, for people */
  readonly message: string;
}

/** The last thing that a repair yields. */
export interface VaultRepair {
  readonly kind: 'repaired';
  readonly repaired: number;
  /** those repaired in part among them */
  readonly notRepaired: number;
  /** packs that were noted as damaged and are what was written: new backups use them again */
  readonly lifted: number;
  /** false where a budget ended it, something could not be read, or a further run may find more */
  readonly complete: boolean;
}

/** What a round brings back may show what lies behind it: a manifest its maps, a map its data. */
const roundsMax = 8;

/**
 * Checks the vault, and puts what is damaged or absent back as it was written. Nothing else is ever put: every original is proven first,
 * by its seal under its own name or by the SHA-256 that its manifest or index recorded. Other processes may go on meanwhile
 * (docs/adr/0013-damage-and-repair.md says why).
 *
 * Memory: as a check of level 4, and three packs.
 */
export async function* repairVault(vault: Vault, options: RepairOptions): AsyncGenerator<Finding | CheckProgress | RepairStep | VaultRepair> {
  const { apply, level = 4, stateFile, budgetBytes, signal } = options;
  const inside = insideOf(vault);
  readingKeys(inside.keys, 'Repairing a vault');
  const state = await CheckState.load(stateFile, inside.keys.vaultId);
  const since = state.readingSince ?? inside.environment.clock.now();
  const noted = await damagedPacks(inside.store);
  const repaired = new Set<string>();
  let left: RepairStep[] = [];
  let lifted = 0;
  let complete = true;
  for (let round = 0; round < roundsMax; round++) {
    if (level === 4) state.readingSince = since;
    const context: CheckContext = { inside, signal, state, answers: new Answers(), table: new PackTable(), damage: new Damage() };
    const objects = new Set<string>();
    const wrong: RepairStep[] = []; // maps that never were right: no original would help
    for await (const one of checkWith(context, { level, contain: apply, ...(budgetBytes === undefined ? {} : { budgetBytes }) })) {
      if (one.kind === 'summary') complete = one.complete;
      else {
        if (one.kind === 'finding' && one.code.startsWith('REFERENCE_'))
          wrong.push({ kind: 'step', object: one.object, outcome: 'not repaired', bytes: 0, message: one.message });
        else if (one.kind === 'finding' && (one.state === 'damaged' || one.state === 'absent')) objects.add(one.object);
        if (round === 0 || one.kind === 'progress') yield one;
      }
    }
    const before = repaired.size;
    left = wrong;
    for await (const step of mend(context, objects, options)) {
      if (step.outcome === 'not repaired' || step.outcome === 'partly repaired') left.push(step);
      else {
        if (step.outcome === 'repaired') repaired.add(step.object);
        yield step;
      }
    }
    if (repaired.size > before) continue;
    if (apply && level === 4) lifted = await lift(context, noted, since);
    break;
  }
  await state.save();
  // Only now: what can't be had for itself may have come with something else.
  yield* left;
  yield { kind: 'repaired', repaired: repaired.size, notRepaired: left.length, lifted, complete };
}

/** One round: records first, since packs are understood through them; then packs; then points that are gone altogether. */
async function* mend(context: CheckContext, objects: ReadonlySet<string>, { apply, from }: RepairOptions): AsyncGenerator<RepairStep> {
  const { inside, table } = context;
  const put = async (object: string, bytes: Uint8Array, source: 'copy' | 'vault'): Promise<RepairStep> => {
    const step = { kind: 'step', object, source, bytes: bytes.length } as const;
    const where = source === 'copy' ? 'the copy' : 'the rest of the vault';
    if (!apply) return { ...step, outcome: 'would repair', message: `${object} can be had from ${where}.` };
    const refused = await replaceObject(inside.store, object, bytes);
    if (refused === undefined) return { ...step, outcome: 'repaired', message: `${object} is again what was written, from ${where}.` };
    return { ...step, outcome: 'not repaired', message: `${object} can be had from ${where}, but ${refused}.` };
  };
  const packs: string[] = [];
  for (const object of objects) {
    const pack = packIdOf(object);
    if (pack !== undefined) {
      packs.push(pack);
      continue;
    }
    if (object.endsWith('/')) continue; // numbers of a VM's points, or packs without an index: not an object
    const original = await originalRecord(inside, object, from);
    if (typeof original !== 'string') yield await put(object, original, 'copy');
    else yield { kind: 'step', object, outcome: 'not repaired', bytes: 0, message: `${object} isn’t repaired: ${original}.` };
  }
  if (from !== undefined) for await (const { key, bytes } of lostForwards(inside, from)) yield await put(key, bytes, 'copy');
  const facts = packs.map((id) => table.facts(table.rowOf(id)));
  for await (const { pack, original, better, why } of findOriginals(context, facts, from)) {
    const object = packKey(pack.kind, pack.id);
    if (original !== undefined) yield await put(object, original.bytes, original.source);
    else if (better !== undefined && (!apply || (await replaceObject(inside.store, object, better.bytes)) === undefined)) {
      const some = `${better.mended} of its damaged slots ${apply ? 'are again what was written' : 'can be had from the rest of the vault'}`;
      yield {
        kind: 'step',
        object,
        source: 'vault',
        outcome: apply ? 'partly repaired' : 'not repaired',
        bytes: better.bytes.length,
        message: `${object} isn’t repaired as a whole: ${why}. But ${some}.`,
      };
    } else yield { kind: 'step', object, outcome: 'not repaired', bytes: 0, message: `${object} isn’t repaired: ${why}.` };
  }
  if (from !== undefined) yield* bringBackPoints(context, from, apply);
}

/** Takes notes back of packs that this run has read and found intact, and of those that are gone and that nobody needs. */
async function lift({ inside, state, table }: CheckContext, noted: ReadonlySet<string>, since: number): Promise<number> {
  const packs = [...new Set([...noted, ...(await damagedPacks(inside.store))])].filter((pack) => !table.isWanted(pack) || state.readAt(pack) >= since);
  if (packs.length > 0) await liftNotes(inside.store, packs);
  return packs.length;
}

/**
 * A vault whose own description or keys can't be read, as one that opens describes it: for checking and repairing it, and nothing else.
 *
 * @param copy the vault as opened from its second copy
 */
export function vaultAsCopied(copy: Vault, store: ObjectStore): Vault {
  return keepInside({ ...copy, store }, { ...insideOf(copy), store });
}
