import { removeMover } from '@holdfast/vault';
import type { VaultFlags } from '../flags.ts';
import { withVault } from '../vault-session.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';

export async function removeVerb(context: VerbContext<VaultFlags>): Promise<VerbOutcome> {
  const { positional, output } = context;
  const removed = await withVault(context, (vault) => removeMover(vault, positional[0] as string));
  output.line(
    `The mover ${removed.name} (${removed.id}) is listed no more. ${removed.objects} objects that it has signed so far go on counting; nothing later does.`,
  );
  output.line(
    'Withdraw its credentials for the store, too. What its key can read, points and maps but no content, it can read as long as it reaches the store.',
  );
  return { result: removed };
}
