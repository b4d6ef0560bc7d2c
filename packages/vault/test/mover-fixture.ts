import type { ObjectStore } from '@holdfast/store';
import { memoryStore } from '@holdfast/store/testing';
import { addMover, createVault, openVault, type Vault, type VaultResources } from '../src/index.ts';
import { environment, passphrase, passphraseCost } from './vault-fixture.ts';

const resources: VaultResources = { workers: 2, packBytes: 4 * 1024 * 1024 };

export interface MoverScene extends AsyncDisposable {
  readonly store: ObjectStore;
  /** opened with the passphrase */
  readonly full: Vault;
  /** opened with the key of a new write-only mover */
  mover(name: string): Promise<{ readonly vault: Vault; readonly keyFile: string; readonly id: string }>;
  open(key: Parameters<typeof openVault>[1], on?: ObjectStore): Promise<Vault>;
}

/** A vault that takes write-only movers. Every vault that is opened by it is closed by it. */
export async function moverScene({ chunker }: { chunker?: 'page-cdc' | 'grid' } = {}): Promise<MoverScene> {
  const store = memoryStore();
  await createVault(store, { passphrase, passphraseCost, chunker, writeOnlyMovers: true }, environment);
  const opened: Vault[] = [];
  const open = async (key: Parameters<typeof openVault>[1], on = store) => {
    const vault = await openVault(on, key, environment, resources);
    opened.push(vault);
    return vault;
  };
  const full = await open({ passphrase });
  return {
    store,
    full,
    open,
    mover: async (name) => {
      let keyFile = '';
      const { id } = await addMover(full, {
        name,
        deliver: async (text) => {
          keyFile = text;
        },
      });
      return { vault: await open({ moverKey: keyFile }), keyFile, id };
    },
    [Symbol.asyncDispose]: async () => {
      for (const vault of opened) await vault.close();
    },
  };
}

/** Everything that a store holds, in another one. */
export async function copyOf(store: ObjectStore): Promise<ObjectStore> {
  const copy = memoryStore();
  for await (const { key } of store.list('')) await copy.put(key, await store.get(key));
  return copy;
}
