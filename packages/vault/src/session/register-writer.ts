import { vaultErrors } from '../errors.ts';
import type { RecoveryPoint } from '../model.ts';
import type { OpenVault } from '../open-vault.ts';
import type { VaultEnvironment } from '../vault.ts';
import { type Lease, startLease } from './lease.ts';

/**
 * A writer's presence in the store, which is the first thing that a writer writes.
 *
 * @throws `VAULT_READ_ONLY` when the store lets us read only
 */
export async function registerWriter(
  { store, keys, environment }: Pick<OpenVault, 'store' | 'keys' | 'environment'>,
  id: string,
  content: Readonly<Record<string, string>>,
): Promise<Lease> {
  try {
    return await startLease(store, keys, environment, id, content);
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'STORE_ACCESS') throw cause;
    throw vaultErrors.create('VAULT_READ_ONLY', `This user may not write to the vault in ${store.description}: ${(cause as Error).message}`, {
      did: 'Nothing was begun.',
      cause,
    });
  }
}

/** Who wrote a point, for its manifest. */
export const writerOf = ({ version, host, installation }: VaultEnvironment): RecoveryPoint['writer'] => ({
  product: 'holdfast',
  version,
  host,
  ...(installation !== undefined && { installation }),
});
