import type { ObjectStore } from '@holdfast/store';
import { type FaultRule, faultStore, type MemoryStore } from '@holdfast/store/testing';
import { collect } from '../../src/collect/collect.ts';
import { presentSessions } from '../../src/collect/present-sessions.ts';
import { isReadable, type Vault } from '../../src/index.ts';
import { insideOf } from '../../src/inside.ts';
import { checked } from '../expect-sound.ts';
import { copyOf } from '../key-fixture.ts';
import { garbage } from '../soak/judge.ts';
import { restored, sha256 } from '../vault-fixture.ts';
import { openSmall, type Scene } from './scene.ts';

/** One way of working with a vault that a crash may end anywhere. */
export interface Operation {
  /** what was there before it begins, beyond the scene */
  readonly before?: (vault: Vault, scene: Scene) => Promise<unknown>;
  readonly work: (vault: Vault, scene: Scene) => Promise<unknown>;
  /** points of the scene that may have gone, or come, afterwards */
  readonly mayChange?: (scene: Scene) => string | readonly string[];
  /** what it says, run again, when the first attempt had done all of it */
  readonly doneAlready?: readonly string[];
}

const fault = { kind: 'fail', code: 'STORE_UNREACHABLE' } as const;
const lost = { ...fault, kind: 'fail after' } as const;

/** What goes wrong at one request; a process that dies there asks for nothing more. */
const crashes = {
  'dies before': (at: number): FaultRule[] => [{ on: 'any', from: at, fault }],
  'dies after': (at: number): FaultRule[] => [
    { on: 'any', nth: at, fault: lost },
    { on: 'any', from: at + 1, fault },
  ],
  'is refused': (at: number): FaultRule[] => [{ on: 'any', nth: at, fault }],
  'gets no answer to': (at: number): FaultRule[] => [{ on: 'any', nth: at, fault: lost }],
} as const;
const changes = /^(put|delete) /;

export interface SweepOptions {
  /** what becomes of the store under the operation, for showing that the sweep sees it */
  readonly spoil?: (store: MemoryStore) => ObjectStore;
  /** leaves out processes that go on after a request went wrong */
  readonly onlyDeaths?: boolean;
}

export interface Swept {
  readonly requests: number;
  /** crashes that left the store in a state that none before had left */
  readonly states: number;
  readonly violations: readonly string[];
}

/**
 * Runs an operation once to count its requests, and then once for each request and each way in which
 * it can go wrong.
 * What is left is looked at by a process of its own, which then does the same again, collects, and looks once more. Crashes between
 * the same two changes leave the same state, but for random names: it is looked at once.
 */
export async function sweep(scene: Scene, operation: Operation, { spoil = (store) => store, onlyDeaths = false }: SweepOptions = {}): Promise<Swept> {
  const start = copyOf(scene.store);
  if (operation.before !== undefined) await during(start, (vault) => operation.before!(vault, scene));
  const run = async (rules: readonly FaultRule[], opening?: number) => {
    const store = copyOf(start);
    const dying = faultStore(spoil(store), rules);
    const vault = await openSmall(dying);
    const opened = dying.log.length;
    if (opening !== undefined && opened !== opening) throw new Error('opening a vault takes now more, now less');
    await operation.work(vault, scene).catch((error: { code?: string }) => {
      if (![fault.code, 'VAULT_COMMIT_UNKNOWN', ...(operation.doneAlready ?? [])].includes(error.code ?? '')) throw error;
    });
    await vault.close();
    return { store, log: dying.log, opened };
  };
  const whole = await run([]);
  const violations: string[] = [];
  const seen = new Set<string>();
  for (let at = whole.opened + 1; at <= whole.log.length; at++) {
    // A read whose answer is lost is one that was refused.
    const kinds = Object.entries(crashes).filter(
      ([how]) => (!onlyDeaths || how.startsWith('dies')) && (changes.test(whole.log[at - 1]!) || how === 'dies before' || how === 'is refused'),
    );
    for (const [how, rules] of kinds) {
      const { store, log } = await run(rules(at), whole.opened);
      const state = changesIn(log.slice(whole.opened), how as keyof typeof crashes, at - whole.opened);
      if (seen.has(state)) continue;
      seen.add(state);
      const wrong = await lookAfter(store, scene, operation).catch((error: Error) => error.message);
      if (wrong !== undefined) violations.push(`${how} request ${at - whole.opened}, ${log[at - 1] ?? 'the last'}: ${wrong}`);
    }
  }
  return { requests: whole.log.length - whole.opened, states: seen.size, violations };
}

/** What has changed in the store, without random names. */
function changesIn(log: readonly string[], how: keyof typeof crashes, at: number): string {
  const last = how === 'dies before' ? at - 1 : how === 'dies after' ? at : log.length;
  return log
    .filter((line, index) => index < last && !(how === 'is refused' && index === at - 1) && changes.test(line))
    .map((line) => line.replace(/[0-9a-f]{32}/g, 'id').replace(/\/[0-9a-f]{2}\//, '/'))
    .join('\n');
}

/** Throws what is wrong with what a crash has left. */
async function lookAfter(store: MemoryStore, scene: Scene, operation: Operation): Promise<undefined> {
  const changed = operation.mayChange?.(scene) ?? [];
  const certain = scene.points.filter((id) => !changed.includes(id));
  await during(store, async (vault) => {
    await expectWhole(vault, certain, 'at once');
    await operation.work(vault, scene).catch((error: { code?: string }) => {
      if (!(operation.doneAlready ?? []).includes(error.code ?? '')) throw new Error(`done again: ${error.code} ${(error as Error).message}`);
    });
    await collectAll(vault);
    await expectWhole(vault, certain, 'done again and collected');
    const { violations, objects } = await garbage(vault);
    if (violations.length > 0) throw new Error(violations.join(' / '));
    const { keys } = insideOf(vault);
    const left = await presentSessions({ store, keys, environment: insideOf(vault).environment });
    if (left.some(({ kind }) => kind !== 'undelete')) throw new Error(`${objects.sessions} objects of sessions have stayed`);
  });
}

async function expectWhole(vault: Vault, certain: readonly string[], when: string): Promise<void> {
  const { findings, summary } = await checked(vault);
  const bad = findings.filter(({ state }) => state !== 'notice').map(({ code, message }) => `${code} ${message}`);
  if (bad.length > 0 || !summary!.complete) throw new Error(`${when}: ${bad.join(' / ')}`);
  const points = (await Array.fromAsync(vault.points())).filter(isReadable);
  for (const { id, tags } of points) {
    const found = await restored(vault, id).then(sha256, (error: Error) => error.message);
    if (found !== tags!.sha256) throw new Error(`${when}: ${id} is not what was backed up: ${found}`);
  }
  for (const id of certain) if (!points.some((point) => point.id === id)) throw new Error(`${when}: ${id} is gone`);
}

const laterMs = 3_600_000;
const roundsMax = 6;

/** A later collection: the leases of those who crashed have run out. */
async function collectAll(vault: Vault): Promise<void> {
  const { store, keys, environment } = insideOf(vault);
  const clock = { ...environment.clock, now: () => environment.clock.now() + laterMs };
  for (let round = 0; round < roundsMax; round++)
    if ((await collect({ store, keys, environment: { ...environment, clock } }, { apply: true })).state === 'nothing to do') return;
  throw new Error(`collection found something to do ${roundsMax} times in a row`);
}

async function during(store: ObjectStore, work: (vault: Vault) => Promise<unknown>): Promise<void> {
  const vault = await openSmall(store);
  try {
    await work(vault);
  } finally {
    await vault.close();
  }
}
