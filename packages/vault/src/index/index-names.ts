import { repairSessionOf } from './repair-name.ts';

/** An object under `index/`, as its key tells (docs/vault-format.md §8). */
export interface IndexName {
  readonly key: string;
  readonly kind: 'segment' | 'repaired' | 'merged';
  /** the session that wrote it; of repaired and merged ones, the id in the key */
  readonly sessionId: string;
  /** the VM under whose points that session commits, where the key tells */
  readonly vmId?: string | undefined;
  /** of merged ones: 1 for those made of segments */
  readonly level: number;
}

/** `undefined` for keys of a later revision. */
export function parseIndexKey(key: string): IndexName | undefined {
  const repaired = repairSessionOf(key);
  if (repaired !== undefined) return { key, kind: 'repaired', sessionId: repaired, level: 0 };
  const merged = /^index\/L([1-9]\d?)-([0-9a-f]{32})$/.exec(key);
  if (merged !== null) return { key, kind: 'merged', sessionId: merged[2]!, level: Number(merged[1]) };
  const segment = /^index\/([0-9a-f]{32})-\d+(?:-([0-9a-f]{32}))?$/.exec(key);
  return segment === null ? undefined : { key, kind: 'segment', sessionId: segment[1]!, vmId: segment[2], level: 0 };
}

export const segmentKeyOf = (sessionId: string, number: number, vmId: string) => `index/${sessionId}-${number}-${vmId}`;
export const mergedKeyOf = (level: number, id: string) => `index/L${level}-${id}`;
