import { fanOut } from '../format.ts';
import type { DiskMapReference, NodeReference } from '../model.ts';
import { decodeInner, decodeLeaf, encodeInner, encodeLeaf, heightOf, type LeafEntry } from './node.ts';

/** How a map reads the old nodes and writes the new ones. */
export interface NodeStore {
  read(references: readonly NodeReference[]): Promise<Buffer[]>;
  add(plain: Buffer): NodeReference;
  idOf(plain: Buffer): string;
}

/** A child that was looked at: its new node, or nothing where it is all zeros. */
export type Touched = ReadonlyMap<number, NodeReference | undefined>;

/**
 * Grows a disk map from a base: what isn't touched is shared, what comes out the same keeps its old node.
 * Leaves go in group by group (one inner node of level 1 each); only references of groups stay in memory.
 */
export class MapWriter {
  readonly #nodes: NodeStore;
  readonly #capacity: number;
  readonly #height: number;
  readonly #base: NodeReference | undefined;
  readonly #groups = new Map<number, NodeReference | undefined>();

  constructor(nodes: NodeStore, capacity: number, segmentBytes: number, base: DiskMapReference | undefined) {
    this.#nodes = nodes;
    this.#capacity = capacity;
    this.#height = heightOf(capacity, segmentBytes);
    this.#base = base?.root;
  }

  /** The old leaves of the given segments of a group, and the way back to put new ones in. */
  async openGroup(group: number, segments: readonly number[]): Promise<OpenGroup> {
    const oldGroup = await this.#oldNode(this.#base, this.#height, 1, group);
    const oldChildren = this.#height === 0 ? new Map([[0, oldGroup]]) : await this.#children(oldGroup, 1);
    const wanted = segments.map((segment) => oldChildren.get(segment % fanOut));
    const present = wanted.filter((reference) => reference !== undefined);
    const read = await this.#nodes.read(present);
    const leaves = new Map(present.map((reference, index) => [reference, decodeLeaf(read[index]!)]));
    return {
      oldLeaf: (segment) => leaves.get(oldChildren.get(segment % fanOut)!),
      leafNode: (segment, entries) => this.#node(encodeLeaf(entries), oldChildren.get(segment % fanOut)),
      close: (touched) => {
        if (this.#height === 0) this.#groups.set(group, touched.get(0));
        else this.#groups.set(group, this.#inner(1, oldChildren, new Map([...touched].map(([segment, node]) => [segment % fanOut, node])), oldGroup));
      },
    };
  }

  async seal(): Promise<DiskMapReference> {
    const root = this.#height === 0 ? (this.#groups.has(0) ? this.#groups.get(0) : this.#base) : await this.#grow(this.#height, 0, this.#base, this.#groups);
    return { capacity: this.#capacity, height: this.#height, ...(root === undefined ? {} : { root }) };
  }

  /** The node of `level` and number `index` once the touched groups below it are taken over. */
  async #grow(level: number, index: number, old: NodeReference | undefined, groups: Touched): Promise<NodeReference | undefined> {
    if (level === 1) return groups.has(index) ? groups.get(index) : old;
    if (groups.size === 0) return old;
    const span = fanOut ** (level - 2);
    const below = new Map<number, Map<number, NodeReference | undefined>>();
    for (const [group, node] of groups) {
      const child = Math.floor(group / span) % fanOut;
      if (!below.has(child)) below.set(child, new Map());
      below.get(child)!.set(group, node);
    }
    const oldChildren = await this.#children(old, level);
    const touched = new Map<number, NodeReference | undefined>();
    for (const [child, ofChild] of below) touched.set(child, await this.#grow(level - 1, index * fanOut + child, oldChildren.get(child), ofChild));
    return this.#inner(level, oldChildren, touched, old);
  }

  #inner(level: number, oldChildren: Touched, touched: Touched, old: NodeReference | undefined): NodeReference | undefined {
    const children = new Map([...oldChildren, ...touched]);
    const entries = [...children].flatMap(([child, node]) => (node === undefined ? [] : [{ child, node }])).sort((a, b) => a.child - b.child);
    return entries.length === 0 ? undefined : this.#node(encodeInner(level, entries), old);
  }

  #node(plain: Buffer, old: NodeReference | undefined): NodeReference {
    return old !== undefined && this.#nodes.idOf(plain) === old.id ? old : this.#nodes.add(plain);
  }

  /** Walks from `node` at `level` down to the old node that stands for `group` at level `target`. */
  async #oldNode(node: NodeReference | undefined, level: number, target: number, group: number): Promise<NodeReference | undefined> {
    if (node === undefined || level <= target) return node;
    const child = Math.floor(group / fanOut ** (level - target - 1)) % fanOut;
    return this.#oldNode((await this.#children(node, level)).get(child), level - 1, target, group);
  }

  async #children(node: NodeReference | undefined, level: number): Promise<Map<number, NodeReference | undefined>> {
    if (node === undefined) return new Map();
    const [bytes] = await this.#nodes.read([node]);
    return new Map(decodeInner(bytes!, level).map((entry) => [entry.child, entry.node]));
  }
}

export interface OpenGroup {
  /** `undefined`: the segment was all zeros, or there is no base */
  oldLeaf(segment: number): LeafEntry[] | undefined;
  leafNode(segment: number, entries: readonly LeafEntry[]): NodeReference;
  /** All leaves of the group that were looked at, by segment number. */
  close(touched: Touched): void;
}
