/** 1 records open; 2 every needed pack is there; 3 a sample of slots is intact; 4 every byte of every needed pack is. */
export type CheckLevel = 1 | 2 | 3 | 4;

export type FindingThing = 'DESCRIPTION' | 'KEY_SLOT' | 'POINT' | 'SESSION' | 'CONDEMNED' | 'FORWARD' | 'MARK' | 'INDEX' | 'PACK' | 'LOCK' | 'REFERENCE';
/**
 * - `absent`: proven not to be there
 * - `unreadable`: the store didn't hand it over; nothing is known about it
 * - `damaged`: it is there and isn't what was written
 * - `notice`: worth knowing, harms nothing
 */
export type FindingState = 'absent' | 'unreadable' | 'damaged' | 'notice';

/** What one finding costs of one disk (or small file) of one point. */
export interface Cost {
  /** `<vmId>/<sessionId>` */
  readonly point: string;
  readonly vm: string;
  /** absent where the whole point is lost */
  readonly disk?: { readonly key: number; readonly label: string };
  /** name of a small file kept with the point, where that is what is lost */
  readonly file?: string;
  /** bytes of the disk, ascending; at most 1,000, neighbours joined */
  readonly ranges: readonly { readonly offset: number; readonly length: number }[];
  /** bytes lost in all, those of ranges left out included */
  readonly bytes: number;
}

export interface Finding {
  readonly kind: 'finding';
  readonly code: `${FindingThing}_${Uppercase<FindingState>}`;
  readonly state: FindingState;
  /** key of the object in the store */
  readonly object: string;
  readonly slot?: number;
  readonly message: string;
  readonly costs: readonly Cost[];
  /** further disks that need it and aren't listed in `costs` */
  readonly costsLeftOut: number;
}

/** How far a check is; `total` is 0 while it isn't known. */
export interface CheckProgress {
  readonly kind: 'progress';
  readonly stage: 'records' | 'maps' | 'presence' | 'sample' | 'reading' | 'locating';
  readonly done: number;
  readonly total: number;
  /** fetched from the store so far */
  readonly bytes: number;
}

/** The last thing a check yields. */
export interface CheckSummary {
  readonly kind: 'summary';
  readonly level: CheckLevel;
  readonly points: number;
  readonly packs: { readonly needed: number; readonly read: number; readonly bytes: number };
  /** bytes fetched from the store */
  readonly bytes: number;
  /** false where the budget ended the check, or something could not be read */
  readonly complete: boolean;
  /** level 3 */
  readonly sample?: {
    readonly slots: number;
    readonly of: number;
    /** that one damaged slot anywhere would have been found */
    readonly findsOne: number;
    /** that damage of one slot in a thousand would have been found */
    readonly findsOneInThousand: number;
  };
}

export function finding(thing: FindingThing, state: FindingState, object: string, message: string, costs: readonly Cost[] = []): Finding {
  return { kind: 'finding', code: `${thing}_${state.toUpperCase() as Uppercase<FindingState>}`, state, object, message, costs, costsLeftOut: 0 };
}

export const wholePoint = (point: { readonly id: string; readonly vm?: { readonly name: string } }): Cost => ({
  point: point.id,
  vm: point.vm?.name ?? '',
  ranges: [],
  bytes: 0,
});
