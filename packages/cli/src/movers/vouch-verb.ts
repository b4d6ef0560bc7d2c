import { repairIndex } from '@holdfast/vault';
import type { VaultFlags } from '../flags.ts';
import { withVault } from '../vault-session.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { teller } from '../verbs/check-report.ts';

/** Reads what write-only movers have written, so that others may rely on it. */
export async function vouchVerb(context: VerbContext<VaultFlags>): Promise<VerbOutcome> {
  const { output, surroundings } = context;
  return await withVault(context, async (vault) => {
    const told = teller(context);
    let result: unknown;
    for await (const one of repairIndex(vault, { vouch: true, signal: surroundings.signal })) {
      if (one.kind !== 'repaired') {
        told.tell(one);
        continue;
      }
      output.line(
        one.packs === 0
          ? 'There is nothing to vouch for; nothing was written.'
          : `${one.packs} packs with ${one.slots} slots were read and are what they should be: other sessions reuse their chunks from now on.`,
      );
      if (one.leftOut > 0) output.line(`${one.leftOut} packs are damaged, absent or unreadable, and nobody vouches for them.`);
      const { kind: _, ...vouched } = one;
      result = { ...vouched, findings: told.findings };
    }
    return { result, exitCode: told.exitCode() };
  });
}
