import { type CheckOptions, type CheckSummary, checkVault, type Finding, type Vault } from '../src/index.ts';

export async function checked(vault: Vault, options: CheckOptions = { level: 4 }): Promise<{ findings: Finding[]; summary: CheckSummary | undefined }> {
  const findings: Finding[] = [];
  let summary: CheckSummary | undefined;
  for await (const one of checkVault(vault, options)) {
    if (one.kind === 'finding') findings.push(one);
    else if (one.kind === 'summary') summary = one;
  }
  return { findings, summary };
}

/**
 * Reads all of a vault and throws at the first thing that isn't as vault format 1 wants it: every reference of a committed
 * point names an intact slot, only committed segments are used, packs are what was recorded, nodes lie in metadata packs.
 */
export async function expectSound(vault: Vault): Promise<void> {
  const { findings, summary } = await checked(vault);
  const bad = findings.filter(({ state }) => state !== 'notice');
  if (bad.length > 0) throw new Error(`The vault isn’t sound: ${bad.map(({ code, message }) => `${code} ${message}`).join(' / ')}`);
  if (!summary?.complete) throw new Error('The vault could not be checked to the end.');
}
