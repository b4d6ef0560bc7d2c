import { repairSessionOf } from '../index/repair-name.ts';
import type { SealedName } from '../sealed-object.ts';

const patterns: readonly (readonly [RegExp, SealedName['kind']])[] = [
  [/^points\/[0-9a-f]{32}\/([0-9a-f]{32})$/, 'HFFENCE1'],
  [/^deleted\/[0-9a-f]{32}\/([0-9a-f]{32})$/, 'HFDELET1'],
  [/^holds\/[0-9a-f]{32}\/([0-9a-f]{32})$/, 'HFHOLD01'],
  [/^sessions\/([0-9a-f]{32})(?:\.\d+)?$/, 'HFSESSN1'],
  [/^gc\/\d+\.condemned$/, 'HFCONDM1'],
  [/^gc\/\d+\.sessions$/, 'HFSESSL1'],
  [/^gc\/\d+\.outcome$/, 'HFOUTCM1'],
  [/^damaged\/[0-9a-f]{32}$/, 'HFDAMAG1'],
  [/^forwards\/([0-9a-f]{32})$/, 'HFFORWD1'],
  [/^index\/([0-9a-f]{32})-\d+(?:-[0-9a-f]{32})?$/, 'HFINDEX1'],
];

/** What must be sealed under a key, of a point its fence; `undefined` for keys of other things. */
export function sealedNameOf(key: string): SealedName | undefined {
  const repair = repairSessionOf(key);
  if (repair !== undefined) return { kind: 'HFINDEX1', key, sessionId: repair };
  for (const [pattern, kind] of patterns) {
    const match = pattern.exec(key);
    if (match !== null) return { kind, key, sessionId: match[1] };
  }
  return undefined;
}
