export { type CreateVaultOptions, createVault } from './create-vault.ts';
export { vaultErrors } from './errors.ts';
export type * from './model.ts';
export { openVault } from './open-vault.ts';
export { isReadable } from './point/list-points.ts';
export { applyPolicy, describeReason, type KeepReason, type RetentionPoint, type RetentionVerdict } from './retention/apply-policy.ts';
export { checkPolicy, describePolicy, type RetentionPolicy } from './retention/policy.ts';
export type * from './vault.ts';
