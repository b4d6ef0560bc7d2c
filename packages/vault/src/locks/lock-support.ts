import type { LockSettings, ObjectStore } from '@holdfast/store';
import type { Description } from '../description.ts';
import { vaultErrors } from '../errors.ts';
import { type Immutability, immutableDaysMax } from './lock-days.ts';
import { countOnlySealed, hidesVersions } from './written-once.ts';

/**
 * That the store can do what the vault is to promise. Before anything is written.
 *
 * @throws `LOCKS_UNSUPPORTED`, `IMMUTABLE_DAYS`
 */
export async function checkLockSupport(store: ObjectStore, immutability: Immutability): Promise<LockSettings> {
  checkDays(immutability.days);
  const settings = await store.locks?.settings();
  if (settings === undefined) throw unsupported(store, 'it has no locks');
  if (!settings.modes.includes(immutability.mode))
    throw unsupported(store, settings.modes.length === 0 ? 'Object Lock is not switched on' : `it doesn’t know ${immutability.mode} mode`);
  if (settings.byDefault !== undefined)
    throw unsupported(
      store,
      `it locks every object for ${settings.byDefault.days} days by itself, also those that come and go with each backup`,
      'Remove the default retention from the bucket: the vault locks what must be locked, for as long as it must.',
    );
  return settings;
}

/** A vault with immutability is read through its versions, where its store keeps any: whoever can't see them might be shown anything. */
export function checkLockedVault(store: ObjectStore, { immutability }: Pick<Description, 'immutability'>): void {
  if (immutability === undefined) return;
  countOnlySealed(store);
  if (!hidesVersions(store)) return;
  throw unsupported(store, 'the versions of its objects can’t be listed', 'Give this identity s3:ListBucketVersions and s3:GetObjectVersion.');
}

/** @throws `IMMUTABLE_DAYS` */
export function checkImmutableDays({ immutability }: Pick<Description, 'immutability'>, days: number): void {
  if (immutability === undefined)
    throw vaultErrors.create('IMMUTABLE_DAYS', 'This vault was created without immutability, so that its points can’t be locked.', {
      did: 'Nothing was written.',
    });
  checkDays(days);
}

function checkDays(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= immutableDaysMax) return;
  throw vaultErrors.create('IMMUTABLE_DAYS', `A point can be immutable for 1 to ${immutableDaysMax} days, not for ${days}.`, { did: 'Nothing was written.' });
}

function unsupported(store: ObjectStore, why: string, advice?: string) {
  return vaultErrors.create('LOCKS_UNSUPPORTED', `A vault with immutability can’t lie in ${store.description}: ${why}.`, {
    ...(advice !== undefined && { advice }),
  });
}
