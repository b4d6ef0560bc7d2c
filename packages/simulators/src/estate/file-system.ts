import type { EstateFile, FileSystemKind, FileSystemPlace } from './estate.ts';

/** A day's changes to one file system. Paths as in `EstateFile.target`. */
export interface FileChanges {
  readonly remove: readonly string[];
  /** New folders, parents first. */
  readonly folders: readonly string[];
  readonly add: readonly EstateFile[];
  /** Files that are there and get other content. */
  readonly replace: readonly EstateFile[];
  /** Parts of files that got other bytes in place; `file.source` holds the new content already. */
  readonly patch: readonly { readonly file: EstateFile; readonly offset: number; readonly length: number }[];
  /** What the file system holds afterwards, in the order in which it was first written. */
  readonly all: readonly EstateFile[];
}

export interface MakeOptions {
  /** `xxxxxxxx-xxxx-…` */
  readonly uuid: string;
  readonly variant: 'standard' | 'small-blocks';
}

/** `unjudged`: this machine has no program that could tell. */
export type CheckVerdict = 'clean' | 'damaged' | 'unjudged';

export interface CheckResult {
  readonly verdict: CheckVerdict;
  readonly tool: string;
  /** What the program said. */
  readonly said: string;
}

/** Makes, changes and checks one kind of file system in a raw image, without being root. */
export interface FileSystemMaker {
  readonly kind: FileSystemKind;
  /** Programs without which it can't be made. */
  readonly tools: readonly string[];
  /** It can lie inside a partition of a larger image. */
  readonly inPartition: boolean;
  make(place: FileSystemPlace, files: readonly EstateFile[], options: MakeOptions): Promise<void>;
  change(place: FileSystemPlace, changes: FileChanges, options: MakeOptions): Promise<void>;
  /** Reads only. */
  check(place: FileSystemPlace): Promise<CheckResult>;
}

/** All folders that the files lie in, parents first. */
export function foldersOf(files: Iterable<EstateFile>): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    const parts = file.target.split('/').slice(0, -1);
    for (const [index] of parts.entries()) folders.add(parts.slice(0, index + 1).join('/'));
  }
  return [...folders].sort();
}
