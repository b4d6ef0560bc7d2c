import type { NodeReference } from '../model.ts';
import { type PackKind, packKey } from '../pack/layout.ts';
import type { Cost, Finding, FindingState } from './finding.ts';
import type { DiskRange } from './visit-map.ts';

const problemsPerPackMax = 1000;
const costsPerFindingMax = 1000;
const rangesPerCostMax = 1000;

interface Problem {
  readonly thing: 'PACK' | 'REFERENCE';
  readonly state: FindingState;
  readonly offset: number;
  /** Infinity: to the end of the pack, wherever that is */
  length: number;
  readonly slot?: number | undefined;
  /** it is a finding although it costs no point */
  readonly stays?: boolean;
  readonly message: string;
  readonly costs: Map<string, { cost: Cost; ranges: DiskRange[]; bytes: number }>;
  costsLeftOut: number;
}

export type NewProblem = Omit<Problem, 'costs' | 'costsLeftOut' | 'thing'> & { readonly thing?: 'REFERENCE' };

/** What needs a run of a pack's bytes: a disk, or a small file, of a point. */
export type Needer = Pick<Cost, 'point' | 'vm' | 'disk' | 'file'>;

/**
 * Runs of packs that are lost, and what they cost. At most 1,000 runs a pack are told apart; beyond, the rest of the pack
 * counts as one. Memory follows the damage, not the vault.
 */
export class Damage {
  readonly #packs = new Map<string, Problem[]>();

  get any(): boolean {
    return this.#packs.size > 0;
  }

  add(kind: PackKind, pack: string, problem: NewProblem): void {
    const key = packKey(kind, pack);
    const problems = this.#packs.get(key) ?? [];
    const within = (known: Problem) => known.offset <= problem.offset && known.offset + known.length >= problem.offset + problem.length;
    if (problems.some(within)) return;
    const last = problems.at(-1);
    if (problems.length >= problemsPerPackMax && last !== undefined) last.length = Number.POSITIVE_INFINITY;
    else problems.push({ thing: 'PACK', ...problem, costs: new Map(), costsLeftOut: 0 });
    this.#packs.set(key, problems);
  }

  /** Whether what a reference needs is known to be lost already. */
  covers(kind: PackKind, reference: NodeReference): boolean {
    return this.#hit(kind, reference).length > 0;
  }

  /** Counts what a reference costs, if it is lost; says whether it is. */
  charge(kind: PackKind, reference: NodeReference, needer: Needer, range: DiskRange): boolean {
    const hit = this.#hit(kind, reference);
    for (const problem of hit) {
      const name = `${needer.point} ${needer.disk?.key ?? ''} ${needer.file ?? ''}`;
      let entry = problem.costs.get(name);
      if (entry === undefined) {
        if (problem.costs.size >= costsPerFindingMax) {
          problem.costsLeftOut++;
          continue;
        }
        entry = { cost: { ...needer, ranges: [], bytes: 0 }, ranges: [], bytes: 0 };
        problem.costs.set(name, entry);
      }
      entry.bytes += range.length;
      const last = entry.ranges.at(-1);
      if (last !== undefined && last.offset + last.length === range.offset)
        entry.ranges[entry.ranges.length - 1] = { offset: last.offset, length: last.length + range.length };
      else if (entry.ranges.length < rangesPerCostMax) entry.ranges.push(range);
    }
    return hit.length > 0;
  }

  /** One finding for each run. A pack that is gone and that no point needs any more was collected meanwhile: no finding. */
  *findings(): Generator<Finding> {
    for (const [object, problems] of this.#packs) {
      for (const { thing, state, slot, stays, message, costs, costsLeftOut } of problems) {
        if (state === 'absent' && costs.size === 0 && stays !== true) continue;
        yield {
          kind: 'finding',
          code: `${thing}_${state.toUpperCase() as Uppercase<FindingState>}`,
          state,
          object,
          ...(slot === undefined ? {} : { slot }),
          message,
          costs: [...costs.values()].map(({ cost, ranges, bytes }) => ({ ...cost, ranges, bytes })),
          costsLeftOut,
        };
      }
    }
  }

  #hit(kind: PackKind, reference: NodeReference): Problem[] {
    const problems = this.#packs.get(packKey(kind, reference.pack));
    if (problems === undefined) return [];
    const end = reference.offset + reference.length;
    return problems.filter((problem) => problem.offset < end && problem.offset + problem.length > reference.offset);
  }
}
