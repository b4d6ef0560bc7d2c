import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { vaultErrors } from '../errors.ts';

const schema = z.object({
  magic: z.literal('holdfast-check-state'),
  vault: z.string(),
  /** ms since 1970; a full reading that was begun and isn't finished */
  readingSince: z.number().optional(),
  /** highest sequence number seen, by VM */
  sequences: z.record(z.string(), z.number()),
  /** SHA-256 of key slots, by key */
  keySlots: z.record(z.string(), z.string()),
  /** marks, collection records and fences that were there, by key */
  records: z.array(z.string()).optional(),
  /** by pack: when it was last sampled and last read in full, ms since 1970 or 0 */
  packs: z.record(z.string(), z.tuple([z.number(), z.number()])),
});

/** What checks remember from one to the next: about 0.2 KiB a pack. Without a file it is forgotten at the end. */
export class CheckState {
  readonly #path: string | undefined;
  readonly #vault: string;
  readonly sequences: Map<string, number>;
  readonly keySlots: Map<string, string>;
  readonly records: Set<string>;
  readonly #packs: Map<string, [number, number]>;
  readingSince: number | undefined;
  /** false for a state that begins empty: then nothing can be missed by comparing */
  readonly remembers: boolean;

  private constructor(path: string | undefined, vault: string, stored: z.output<typeof schema> | undefined) {
    this.#path = path;
    this.#vault = vault;
    this.remembers = stored !== undefined;
    this.sequences = new Map(Object.entries(stored?.sequences ?? {}));
    this.keySlots = new Map(Object.entries(stored?.keySlots ?? {}));
    this.records = new Set(stored?.records);
    this.#packs = new Map(Object.entries(stored?.packs ?? {}));
    this.readingSince = stored?.readingSince;
  }

  /** @throws `CHECK_STATE_FOREIGN` when the file is something else, or another vault's */
  static async load(path: string | undefined, vault: string): Promise<CheckState> {
    if (path === undefined) return new CheckState(undefined, vault, undefined);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return new CheckState(path, vault, undefined);
      throw error;
    }
    try {
      const stored = schema.parse(JSON.parse(text));
      if (stored.vault === vault) return new CheckState(path, vault, stored);
    } catch (cause) {
      throw vaultErrors.create('CHECK_STATE_FOREIGN', `${path} isn’t a file in which a check keeps its state.`, { cause, subject: { file: path } });
    }
    throw vaultErrors.create('CHECK_STATE_FOREIGN', `${path} holds the state of another vault’s checks.`, { subject: { file: path } });
  }

  sampledAt(pack: string): number {
    return Math.max(...(this.#packs.get(pack) ?? [0]));
  }

  readAt(pack: string): number {
    return this.#packs.get(pack)?.[1] ?? 0;
  }

  mark(pack: string, how: 'sampled' | 'read', at: number): void {
    const [sampled, read] = this.#packs.get(pack) ?? [0, 0];
    this.#packs.set(pack, how === 'sampled' ? [at, read] : [sampled, at]);
  }

  /** Forgets packs that nothing needs any more. */
  keepOnly(wanted: (pack: string) => boolean): void {
    for (const pack of this.#packs.keys()) if (!wanted(pack)) this.#packs.delete(pack);
  }

  /** The file holds the old state or the new one, never half of one. */
  async save(): Promise<void> {
    if (this.#path === undefined) return;
    const stored: z.input<typeof schema> = {
      magic: 'holdfast-check-state',
      vault: this.#vault,
      ...(this.readingSince === undefined ? {} : { readingSince: this.readingSince }),
      sequences: Object.fromEntries(this.sequences),
      keySlots: Object.fromEntries(this.keySlots),
      records: [...this.records],
      packs: Object.fromEntries(this.#packs),
    };
    await writeFile(`${this.#path}.new`, JSON.stringify(stored));
    await rename(`${this.#path}.new`, this.#path);
  }
}
