const pattern = /^index\/repair-([0-9a-f]{32})$/;

export const repairKeyOf = (sessionId: string) => `index/repair-${sessionId}`;

/** Session of a repaired index segment, which is usable by itself; `undefined` for any other key (docs/vault-format.md §8.1). */
export function repairSessionOf(key: string): string | undefined {
  return pattern.exec(key)?.[1];
}
