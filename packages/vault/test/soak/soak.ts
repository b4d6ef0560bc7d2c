import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localStore } from '@holdfast/store';
import { startVersitygw } from '@holdfast/store/testing';
import { judge as judgeProgram } from '../../../../tools/judges/judge.ts';
import { createVault } from '../../src/index.ts';
import { type Chance, chanceOf } from './chance.ts';
import { startChaosProxy } from './chaos-proxy.ts';
import { type Note, openJournal, readJournals } from './journal.ts';
import { collectToTheEnd, garbage, judge, openForJudging } from './judge.ts';
import { type Planted, plantViolations } from './plant.ts';
import { environmentOf, openPlace, type Place, passphrase, type Setting } from './setting.ts';

export interface SoakOptions {
  readonly kind: Place['kind'];
  readonly seconds: number;
  /** goes on, three times as long at most, until as much has happened: slow machines do less in a second */
  readonly atLeast?: { readonly committed: number; readonly restored: number; readonly collected: number };
  readonly seed: number;
  readonly writers?: number;
  /** seconds between judgements on the way; none when absent */
  readonly judgeEvery?: number | undefined;
  /** spoil copies of the vault at the end, and see that the checker finds it */
  readonly plant?: boolean;
  say(line: string): void;
}

export interface SoakResult {
  readonly violations: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  readonly planted: readonly Planted[];
  /** where vault and journals have been left, when there are violations */
  readonly folder?: string;
}

/** Killed or stalled this often, some actor or other. */
const mishapEveryMs = { least: 200, most: 2400 };
const shortStallMsMax = 3000;
const longStallMs = { least: 5000, most: 12_000 };

/** Writers, a collector, a rewriter, a restorer and retention, each a process, on one vault under fire; then judged. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-soak-'));
  await using stack = new AsyncDisposableStack();
  const journals = join(folder, 'journals');
  await mkdir(journals);
  await mkdir(join(folder, 'store'));
  const chance = chanceOf(options.seed, 'supervisor');
  const { direct, fired, proxy } = await openFire(stack, options, folder, journals);
  const store = openPlace(direct);
  await createVault(store, { passphrase, passphraseCost: { memoryKiB: 64, passes: 1, parallelism: 1 } }, environmentOf('soak'));
  const setting: Setting = { place: fired, journals, seed: options.seed };
  const names = [...Array.from({ length: options.writers ?? 8 }, (_, index) => `writer-${index}`), 'collector', 'rewriter', 'restorer', 'retention'];
  const actors = names.map((name) => new Process(name, setting, chance));
  const violations: string[] = [];
  let mishaps = { kills: 0, stalls: 0 };
  let judgements = 0;
  const seen = new Set<string>();
  let until = performance.now() + options.seconds * 1000;
  const goesOn = () => performance.now() < until || (performance.now() < until + 2000 * options.seconds && !hasHappened(readJournals(journals), options));
  try {
    let nextJudgement = performance.now() + (options.judgeEvery ?? Number.POSITIVE_INFINITY) * 1000;
    while (goesOn()) {
      await sleep(chance.between(mishapEveryMs.least, mishapEveryMs.most));
      mishaps = strike(actors, chance, mishaps);
      if (performance.now() < nextJudgement) continue;
      const begun = performance.now();
      const found = await judgeFrozen(actors, () => judge(store, readJournals(journals), 2, seen));
      judgements++;
      until += performance.now() - begun;
      nextJudgement = performance.now() + options.judgeEvery! * 1000;
      options.say(`  ${Math.round((until - performance.now()) / 1000)} s to go, ${found.points.living} points, ${found.violations.length} violations`);
      if (found.violations.length > 0) {
        violations.push(...found.violations);
        break;
      }
    }
  } finally {
    await Promise.all(actors.map((actor) => actor.end()));
  }
  await proxy?.drained();
  const notes = readJournals(journals);
  const result = { planted: [] as Planted[], figures: figuresOf(notes, mishaps, proxy?.figures) };
  if (violations.length === 0) {
    violations.push(...(await judge(store, notes, 4)).violations);
  }
  if (violations.length === 0) {
    const last = await collectToTheEnd(store);
    const after = await judge(store, notes, 4);
    const left = await garbage(await openForJudging(store));
    violations.push(...after.violations, ...left.violations);
    Object.assign(result.figures, { ...prefixed('at the end: points ', after.points), ...prefixed('at the end: objects ', left.objects) });
    Object.assign(result.figures, { judgements: judgements + 2, ...prefixed('last collection: ', last) });
    if (options.plant === true && violations.length === 0) result.planted = await plantViolations(store, notes);
  }
  await store.close();
  const unique = [...new Set(violations)];
  if (unique.length > 0) return { ...result, violations: unique, folder };
  await rm(folder, { recursive: true, force: true });
  return { ...result, violations: [] };
}

function hasHappened(notes: readonly Note[], { atLeast }: SoakOptions): boolean {
  if (atLeast === undefined) return true;
  const count = (at: Note['at']) => notes.filter((note) => note.at === at && (note.at !== 'collected' || note.state === 'done')).length;
  return count('committed') >= atLeast.committed && count('restored') >= atLeast.restored && count('collected') >= atLeast.collected;
}

async function openFire(stack: AsyncDisposableStack, { kind, seed }: SoakOptions, folder: string, journals: string) {
  const path = join(folder, 'store');
  if (kind === 'folder') {
    await localStore(path, { create: true }).close();
    const place: Place = { kind, path };
    return { direct: place, fired: place, proxy: undefined };
  }
  const server = stack.use(await startVersitygw({ folder: path, plain: true }));
  const { endpoint, bucket, credentials } = server.options;
  const journal = openJournal(journals, 'proxy', 0);
  const proxy = stack.use(await startChaosProxy(new URL(endpoint), chanceOf(seed, 'proxy'), (keys) => journal.note({ at: 'late', keys })));
  const direct: Place = { kind, endpoint, bucket, credentials };
  return { direct, fired: { ...direct, endpoint: `http://127.0.0.1:${proxy.port}` }, proxy };
}

/** One actor, started again whenever it has ended. */
class Process {
  readonly name: string;
  readonly #setting: Setting;
  readonly #chance: Chance;
  #life = 0;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #over = false;
  #frozen = false;
  /** was to be started while frozen */
  #due = false;
  #wake: NodeJS.Timeout | undefined;

  constructor(name: string, setting: Setting, chance: Chance) {
    this.name = name;
    this.#setting = setting;
    this.#chance = chance;
    this.#start();
  }

  #start(): void {
    this.#due = this.#frozen;
    if (this.#over || this.#frozen) return;
    const work = [process.execPath, join(import.meta.dirname, 'actor.ts'), this.name, String(++this.#life), JSON.stringify(this.#setting)];
    // Where the machine has it: actors end with us even if we are killed, stalled ones too.
    const [command, ...args] = judgeProgram('setpriv') === undefined ? work : ['setpriv', '--pdeathsig', 'KILL', ...work];
    // Lives are short: compiling everything anew for each would take much of the machine.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'holdfast-soak-compiled') };
    this.#child = spawn(command!, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
    this.#exited = once(this.#child, 'exit').then(() => {
      clearTimeout(this.#wake);
      if (!this.#over) setTimeout(() => this.#start(), this.#chance.between(0, 1500)).unref();
    });
  }

  kill(): void {
    this.#child!.kill('SIGKILL');
  }

  stall(ms: number): void {
    this.#child!.kill('SIGSTOP');
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => this.#child!.kill('SIGCONT'), ms);
  }

  /** It doesn't move until it is thawed, nor does it begin a new life. */
  freeze(): void {
    this.#frozen = true;
    clearTimeout(this.#wake);
    this.#child!.kill('SIGSTOP');
  }

  thaw(): void {
    this.#frozen = false;
    if (this.#due) this.#start();
    else this.#child!.kill('SIGCONT');
  }

  async end(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#wake);
    this.kill();
    await this.#exited;
  }
}

function strike(actors: readonly Process[], chance: Chance, { kills, stalls }: { kills: number; stalls: number }) {
  // The others go on where they were killed; a collection that reads all maps begins anew.
  const actor = chance.one(actors.filter(({ name }) => name !== 'collector' || chance.happens(0.4)));
  if (chance.happens(0.35)) {
    actor.kill();
    return { kills: kills + 1, stalls };
  }
  const long = chance.happens(0.25);
  actor.stall(long ? chance.between(longStallMs.least, longStallMs.most) : chance.between(50, shortStallMsMax));
  return { kills, stalls: stalls + 1 };
}

const settleMs = 1000;

/** Nobody moves while the judge looks; afterwards everybody's lease has run out at once. */
async function judgeFrozen<T>(actors: readonly Process[], work: () => Promise<T>): Promise<T> {
  for (const actor of actors) actor.freeze();
  await sleep(settleMs); // what they had sent arrives
  try {
    return await work();
  } finally {
    for (const actor of actors) actor.thaw();
  }
}

function figuresOf(notes: ReturnType<typeof readJournals>, mishaps: Record<string, number>, proxy: Record<string, number> | undefined): Record<string, number> {
  const count = (at: string) => notes.filter((note) => note.at === at).length;
  const collected = notes.filter((note) => note.at === 'collected');
  const done = collected.filter(({ state }) => state === 'done');
  const rewritten = notes.filter((note) => note.at === 'rewritten' && note.state === 'done');
  const sum = (of: 'packs' | 'pardoned' | 'fenced', all: typeof collected) => all.reduce((total, one) => total + one[of], 0);
  return {
    ...mishaps,
    ...{ 'points committed': count('committed'), 'of them incremental': notes.filter((note) => note.at === 'committed' && note.mode === 'incremental').length },
    ...{ 'backups given up': notes.filter((note) => note.at === 'failed' && note.what === 'a backup').length },
    ...{ 'points deleted': count('deleted'), 'points brought back': count('undeleted'), refused: count('refused'), restores: count('restored') },
    ...{ 'restores given up': notes.filter((note) => note.at === 'failed' && note.what === 'a restore').length },
    ...{ collections: done.length, 'collections that left a cycle open': collected.filter(({ state }) => state === 'waiting').length },
    ...{ 'packs deleted': sum('packs', done), 'packs pardoned': sum('pardoned', done), 'sessions fenced': sum('fenced', collected) },
    ...{ rewritings: rewritten.length, 'packs rewritten': rewritten.reduce((total, note) => total + (note.at === 'rewritten' ? note.packs : 0), 0) },
    ...{ 'requests carried out late': count('late') },
    ...prefixed('proxy: ', proxy ?? {}),
  };
}

const prefixed = (prefix: string, figures: object) => Object.fromEntries(Object.entries(figures).map(([name, figure]) => [prefix + name, figure as number]));
