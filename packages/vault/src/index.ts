export { type CreateVaultOptions, createVault } from './create-vault.ts';
export { vaultErrors } from './errors.ts';
export type * from './model.ts';
export { openVault } from './open-vault.ts';
export { isReadable } from './point/list-points.ts';
export type * from './vault.ts';
