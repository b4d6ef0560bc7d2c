import { clusterBytes, entriesPerTable, getPointer, setPointer, tableCoverageBytes } from './qcow2-layout.ts';

/** 64 KiB each: 8 MiB of memory map 64 GiB of disk. */
const tablesInMemoryMax = 128;

interface Table {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  dirty: boolean;
}

/** Where tables go when memory is needed, and come back from. */
export interface TableStore {
  read(position: number, into: Uint8Array): Promise<void>;
  write(position: number, bytes: Uint8Array): Promise<void>;
}

/** The map from disk to file: L1 in memory, the L2 tables used last in memory and the others in the file. */
export class Qcow2Tables {
  /** offset of each L2 table in the file; 0: none */
  readonly l1: Float64Array;
  readonly #store: TableStore;
  readonly #allocate: () => number;
  // In order of last use, the oldest first.
  readonly #tables = new Map<number, Table>();

  /** @param allocate hands out the next cluster of the file */
  constructor(capacity: number, store: TableStore, allocate: () => number) {
    this.l1 = new Float64Array(Math.ceil(capacity / tableCoverageBytes));
    this.#store = store;
    this.#allocate = allocate;
  }

  /** @returns offset of the cluster in the file; 0 when it isn't there */
  async lookUp(cluster: number): Promise<number> {
    const table = await this.#table(Math.floor(cluster / entriesPerTable), false);
    return table === undefined ? 0 : getPointer(table.view, cluster % entriesPerTable);
  }

  /** The cluster's offset in the file, allocated when it wasn't there. */
  async claim(cluster: number): Promise<number> {
    const table = (await this.#table(Math.floor(cluster / entriesPerTable), true)) as Table;
    const known = getPointer(table.view, cluster % entriesPerTable);
    if (known !== 0) return known;
    const offset = this.#allocate();
    setPointer(table.view, cluster % entriesPerTable, offset);
    table.dirty = true;
    return offset;
  }

  async flush(): Promise<void> {
    for (const [index, table] of this.#tables) await this.#save(index, table);
  }

  async #table(index: number, create: boolean): Promise<Table | undefined> {
    const known = this.#tables.get(index);
    if (known !== undefined) {
      this.#tables.delete(index);
      this.#tables.set(index, known);
      return known;
    }
    const isNew = this.l1[index] === 0;
    if (isNew && !create) return undefined;
    const bytes = await this.#makeRoom();
    if (isNew) {
      this.l1[index] = this.#allocate();
      bytes.fill(0);
    } else {
      await this.#store.read(this.l1[index] as number, bytes);
    }
    const table: Table = { bytes, view: new DataView(bytes.buffer), dirty: isNew };
    this.#tables.set(index, table);
    return table;
  }

  async #makeRoom(): Promise<Uint8Array> {
    if (this.#tables.size < tablesInMemoryMax) return new Uint8Array(clusterBytes);
    const [index, oldest] = this.#tables.entries().next().value as [number, Table];
    await this.#save(index, oldest);
    this.#tables.delete(index);
    return oldest.bytes;
  }

  async #save(index: number, table: Table): Promise<void> {
    if (!table.dirty) return;
    await this.#store.write(this.l1[index] as number, table.bytes);
    table.dirty = false;
  }
}
