import { vaultErrors } from '@holdfast/vault';

/** Whether an error proves that the new key opens nothing: the vault's own errors come before its slot is put, but for one. */
export const neverStored = (error: unknown): boolean => vaultErrors.is(error) && !vaultErrors.is(error, 'KEY_SLOT_UNVERIFIED');
