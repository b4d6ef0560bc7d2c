import { testKey } from '@holdfast/vault';
import type { VaultFlags } from '../flags.ts';
import { vaultKey } from '../vault-access.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { withStore } from './with-store.ts';

/** Ends with the exit code of a wrong key when the secret opens no slot. */
export async function testVerb(context: VerbContext<VaultFlags>): Promise<VerbOutcome> {
  const { output } = context;
  return await withStore(context, async (store) => {
    const key = await vaultKey(context);
    const { vaultId, opens } = await testKey(store, key);
    const what = 'passphrase' in key ? 'This passphrase' : 'recoveryKey' in key ? 'This recovery key' : key.kms.arn;
    output.line(`${what} opens vault ${vaultId}:`);
    for (const slot of opens) output.line(`  slot ${slot.id}, added ${slot.createdAt}${slot.removing ? ', being removed' : ''}`);
    return { result: { vaultId, opens } };
  });
}
