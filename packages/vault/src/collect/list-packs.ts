import type { ObjectInfo, ObjectStore } from '@holdfast/store';

export interface ListedPack extends ObjectInfo {
  /** 32 hex digits */
  readonly id: string;
}

/** Every data and metadata pack of the vault, as the store lists it. */
export async function* listPacks(store: ObjectStore): AsyncGenerator<ListedPack> {
  for (const prefix of ['data/', 'meta/']) {
    for await (const info of store.list(prefix)) {
      const match = /\/([0-9a-f]{32})$/.exec(info.key);
      if (match !== null) yield { ...info, id: match[1]! };
    }
  }
}
