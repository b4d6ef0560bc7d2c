import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What actors note outside the vault; the checker goes by it. */
export type Note =
  /** before the commit: what the point must hold if it comes to be */
  | { readonly at: 'intended'; readonly point: string; readonly history: string; readonly generation: number; readonly sha256: string }
  /** after the commit was acknowledged */
  | { readonly at: 'committed'; readonly point: string; readonly mode: 'full' | 'incremental' }
  | { readonly at: 'restored'; readonly point: string; readonly sha256: string }
  /** before and after a deletion or its undoing; `refused` when the vault said that it changed nothing */
  | { readonly at: 'deleting' | 'deleted' | 'undeleting' | 'undeleted'; readonly point: string }
  | { readonly at: 'refused'; readonly point: string; readonly code: string }
  | { readonly at: 'collected'; readonly state: string; readonly packs: number; readonly pardoned: number; readonly fenced: number }
  | { readonly at: 'rewritten'; readonly state: string; readonly packs: number; readonly notices: readonly string[] }
  /** what a store under fire may answer */
  | { readonly at: 'failed'; readonly what: string; readonly code: string }
  /** a request that took effect after its sender had given it up, or a second time */
  | { readonly at: 'late'; readonly keys: readonly string[] }
  /** what must not happen */
  | { readonly at: 'violation'; readonly what: string };

export interface Journal {
  /** On the disk when it returns. */
  note(note: Note): void;
  close(): void;
}

/** One file for each life of an actor: a line that its death cut off can only be the last. */
export function openJournal(folder: string, actor: string, life: number): Journal {
  const file = openSync(join(folder, `${actor}.${String(life).padStart(5, '0')}.jsonl`), 'ax');
  return {
    note: (note) => {
      writeSync(file, `${JSON.stringify(note)}\n`);
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** All notes, or one actor's: each actor's in order. */
export function readJournals(folder: string, actor = ''): Note[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl') && (actor === '' || name.startsWith(`${actor}.`)));
  return files.sort().flatMap((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Note);
  });
}
