import { createHash } from 'node:crypto';
import type { ObjectStore } from '@holdfast/store';
import { type ChunkerChoice, newDescription } from './description.ts';
import { vaultErrors } from './errors.ts';
import { type PassphraseCost, wrapMasterKey } from './keys/key-slot.ts';
import { formatRecoveryKey } from './keys/recovery-key.ts';
import { type Immutability, retentionOf } from './locks/lock-days.ts';
import { checkLockSupport } from './locks/lock-support.ts';
import { writtenOnce } from './locks/written-once.ts';
import { putOnce } from './session/put-once.ts';
import type { ChunkerName, KeyService, VaultEnvironment, VaultKey } from './vault.ts';

export interface CreateVaultOptions {
  /** opens the vault besides the recovery key; this, `kms`, or both */
  readonly passphrase?: string | undefined;
  /** likewise: a key of AWS KMS */
  readonly kms?: KeyService | undefined;
  /** `page-cdc` with chunks of 256 KiB when absent; another size is for measuring */
  readonly chunker?: ChunkerName | ChunkerChoice | undefined;
  /** write-only movers can be added: data packs may be wrapped, and sealed objects are signed; can't be changed later */
  readonly writeOnlyMovers?: boolean | undefined;
  /** points can't be deleted for so long; can't be changed later */
  readonly immutability?: Immutability | undefined;
  /** lower only in tests */
  readonly passphraseCost?: PassphraseCost | undefined;
}

/**
 * Makes an empty vault in a store. The recovery key is made here, returned once and kept nowhere. There always is one: a
 * passphrase may be forgotten, a key of AWS KMS deleted or its account closed, and losing all keys is losing the vault.
 * `vault.json` is written last, so that a crash leaves no vault rather than half of one.
 *
 * @throws `VAULT_EXISTS` when the store holds a vault already; `LOCKS_UNSUPPORTED`, `IMMUTABLE_DAYS`
 */
export async function createVault(
  given: ObjectStore,
  options: CreateVaultOptions,
  environment: VaultEnvironment,
): Promise<{ vaultId: string; recoveryKey: string }> {
  const exists = () => vaultErrors.create('VAULT_EXISTS', `${given.description} holds a vault already.`, { did: 'Nothing was changed.' });
  const { immutability } = options;
  if (immutability !== undefined) await checkLockSupport(given, immutability);
  const store = await writtenOnce(given, immutability !== undefined);
  if ((await store.head('vault.json')) !== undefined) throw exists();
  const vaultId = Buffer.from(environment.random.bytes(16)).toString('hex');
  const createdAt = new Date(environment.clock.now()).toISOString();
  const required = options.writeOnlyMovers ? ['write-only-movers'] : [];
  const description = Buffer.from(JSON.stringify(newDescription(vaultId, createdAt, options.chunker ?? 'page-cdc', required, immutability), undefined, 1));
  const wrapping = {
    vaultId,
    createdAt,
    descriptionHash: createHash('sha256').update(description).digest(),
    random: environment.random,
    cost: options.passphraseCost,
  };
  const retention = immutability && retentionOf(environment.clock.now(), immutability);
  const masterKey = environment.random.bytes(32);
  const recoveryKey = formatRecoveryKey(environment.random.bytes(32));
  const { passphrase, kms } = options;
  const daily: VaultKey[] = [...(passphrase === undefined ? [] : [{ passphrase }]), ...(kms === undefined ? [] : [{ kms }])];
  if (daily.length === 0) throw new TypeError('a vault needs a passphrase or a key of AWS KMS besides its recovery key');
  for (const secret of [...daily, { recoveryKey }]) {
    const slot = await wrapMasterKey(masterKey, secret, wrapping);
    await putOnce(store, `keys/${slot.id}`, slot.bytes, undefined, undefined, retention);
  }
  try {
    await putOnce(store, 'vault.json', description, undefined, undefined, retention);
  } catch (error) {
    if (vaultErrors.is(error, 'VAULT_CONFLICT')) throw exists();
    throw error;
  }
  return { vaultId, recoveryKey };
}
