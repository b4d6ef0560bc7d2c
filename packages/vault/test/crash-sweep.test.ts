import { MiB } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { expect, test } from 'vitest';
import { collectVault, rewritePacks, type Vault } from '../src/index.ts';
import { backUpSmall, newScene, type Scene } from './crash/scene.ts';
import { type Operation, sweep } from './crash/sweep.ts';
import { restored } from './vault-fixture.ts';

/** Packs of which something is needed, and something isn't. */
const halfDead = (vault: Vault, { points }: Scene) => vault.deletePoint(points[0]!, 'test');
const rewriteAll = (vault: Vault) => rewritePacks(vault, { apply: true, below: 1, packBytes: 4 * MiB });

async function rewritten(vault: Vault, scene: Scene): Promise<void> {
  const next = await backUpSmall(vault, 'web05', 1);
  await halfDead(vault, scene);
  expect(await rewriteAll(vault)).toMatchObject({ state: 'done', notices: [] });
  expect(await collectVault(vault, { apply: true })).toMatchObject({ state: 'done' });
  // Who died is given up by a collection that has something to do.
  await vault.deletePoint(next, 'test');
}

/** Keys are added, changed and removed under fire in key-faults.test.ts. */
const operations: Readonly<Record<string, Operation>> = {
  'a first full backup': { work: (vault) => backUpSmall(vault, 'web04', 1) },
  'an incremental backup': { work: (vault) => backUpSmall(vault, 'web01', 3) },
  'a restore': { work: (vault, { points }) => restored(vault, points[1]!) },
  'a deletion': {
    work: (vault, { points }) => vault.deletePoint(points[0]!, 'test'),
    mayChange: ({ points }) => points[0]!,
    doneAlready: ['POINT_DELETED'],
  },
  'bringing a point back': { work: (vault, { deleted }) => vault.undeletePoint(deleted), doneAlready: ['POINT_NOT_MARKED'] },
  'an attempt to bring back what has been collected': {
    before: (vault) => collectVault(vault, { apply: true }),
    work: (vault, { deleted }) => vault.undeletePoint(deleted),
    doneAlready: ['POINT_CONDEMNED'],
  },
  'a legal hold': { work: (vault, { points }) => vault.holdPoint(points[0]!, 'test'), doneAlready: ['POINT_HELD'] },
  'the release of a legal hold': {
    before: (vault, { points }) => vault.holdPoint(points[0]!, 'test'),
    work: (vault, { points }) => vault.releasePoint(points[0]!),
    doneAlready: ['POINT_NOT_MARKED'],
  },
  'a collection': { work: (vault) => collectVault(vault, { apply: true }) },
  'a collection that goes on with what another left open': {
    before: async (vault) => {
      const session = await vault.beginSession({ vmId: vault.vmId('vc', 'web05'), expectedBytes: 1 });
      await collectVault(vault, { apply: true });
      await session.end();
    },
    work: (vault) => collectVault(vault, { apply: true }),
  },
};

const rewritings: Readonly<Record<string, Operation>> = {
  'a rewriting': { before: halfDead, work: rewriteAll, mayChange: ({ points }) => points[0]! },
  'a collection of what was rewritten': {
    before: async (vault, scene) => {
      await halfDead(vault, scene);
      await rewriteAll(vault);
    },
    work: (vault) => collectVault(vault, { apply: true }),
    mayChange: ({ points }) => points[0]!,
  },
  'a rewriting of what was rewritten': {
    before: async (vault, scene) => {
      await rewritten(vault, scene);
      await vault.deletePoint(scene.points[1]!, 'test');
    },
    work: rewriteAll,
    mayChange: ({ points }) => points.slice(0, 2),
  },
  'a restore from copies': { before: rewritten, work: (vault, { points }) => restored(vault, points[1]!), mayChange: ({ points }) => points[0]! },
  'an incremental backup upon copies': { before: rewritten, work: (vault) => backUpSmall(vault, 'web01', 3), mayChange: ({ points }) => points[0]! },
  'an attempt to bring back what wasn’t copied': {
    before: rewritten,
    work: (vault, { points }) => vault.undeletePoint(points[0]!),
    doneAlready: ['POINT_CONDEMNED'],
    mayChange: ({ points }) => points[0]!,
  },
};

const scene = await newScene();
const aligned = await newScene('grid');
const all = [...Object.entries(operations).map((each) => [...each, scene] as const), ...Object.entries(rewritings).map((each) => [...each, aligned] as const)];

test.each(all)(
  '%s survives a crash before and after every request, and each that is refused or gets no answer',
  { timeout: 120_000 },
  async (_name, operation, from) => {
    const { requests, states, violations } = await sweep(from, operation);
    expect(violations).toEqual([]);
    expect(requests).toBeGreaterThan(1);
    expect(states).toBeGreaterThan(1);
  },
);

/** Says that packs are stored before they are: they follow the commit. */
function writeBehind(store: ObjectStore): ObjectStore {
  const held: (() => Promise<unknown>)[] = [];
  return {
    ...store,
    put: async (key, body, options) => {
      if (key.startsWith('data/')) {
        const own = body.slice();
        held.push(() => store.put(key, own, { ...options, signal: undefined }));
        return { key, size: body.length };
      }
      return await store.put(key, body, options);
    },
    delete: async (keys) => {
      for (const put of held.splice(0)) await put();
      return await store.delete(keys);
    },
  };
}

const forgetful = (store: ObjectStore): ObjectStore => ({
  ...store,
  list: async function* (prefix) {
    const infos = await Array.fromAsync(store.list(prefix));
    yield* prefix === 'points/' ? infos.slice(1) : infos;
  },
});

test.each([
  ['a backup that commits before its packs are durable', 'a first full backup', writeBehind],
  ['a collection that overlooks a point', 'a collection', forgetful],
] as const)('the sweep sees %s', { timeout: 120_000 }, async (_what, name, spoil) => {
  const { violations } = await sweep(scene, operations[name]!, { spoil, onlyDeaths: true });
  expect(violations.join()).toMatch(/request \d+, .*(PACK_ABSENT|POINT_)/);
});
