import { createHash } from 'node:crypto';
import type { HoldfastError } from '@holdfast/kit';
import { type ObjectStore, sameKmsKey } from '@holdfast/store';
import { type Description, readDescription } from '../description.ts';
import { vaultErrors } from '../errors.ts';
import type { KeySlotState, VaultKey } from '../vault.ts';
import { type KeySlot, parseKeySlot, slotHeading, unwrapMasterKey } from './key-slot.ts';

/** One object under `keys/`, whatever can be made of it. */
export interface StoredSlot {
  readonly key: string;
  /** from the object's name */
  readonly id: string;
  readonly state: KeySlotState;
  readonly bytes: Uint8Array;
  /** absent when the object can't be read as a slot that this version knows */
  readonly slot?: KeySlot;
  readonly kind?: string;
  readonly createdAt?: string;
  readonly reason?: string;
}

/** What lies open before any key is tried. */
export interface LockedVault {
  readonly description: Description;
  readonly descriptionHash: Uint8Array;
  readonly slots: readonly StoredSlot[];
}

export const slotKey = (id: string) => `keys/${id}`;

/** @throws `VAULT_ABSENT`, `VAULT_NOT_UNDERSTOOD` */
export async function readLockedVault(store: ObjectStore): Promise<LockedVault> {
  const { description, bytes } = await readDescription(store);
  return { description, descriptionHash: createHash('sha256').update(bytes).digest(), slots: await readSlots(store, description.id) };
}

/** Every slot on its own: a damaged one doesn't keep the others from opening the vault. */
async function readSlots(store: ObjectStore, vaultId: string): Promise<StoredSlot[]> {
  const slots: StoredSlot[] = [];
  for await (const { key } of store.list('keys/')) {
    const stored = await readSlot(store, key, vaultId);
    if (stored !== undefined) slots.push(stored);
  }
  return slots;
}

/** `undefined` when the slot is proven not to be there (any more). */
export async function readSlot(store: ObjectStore, key: string, vaultId: string): Promise<StoredSlot | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(key);
  } catch (error) {
    if ((error as { code?: string }).code === 'STORE_ABSENT') return undefined;
    throw error;
  }
  return { key, id: key.slice('keys/'.length), bytes, ...judge(key, bytes, vaultId) };
}

function judge(key: string, bytes: Uint8Array, vaultId: string): Pick<StoredSlot, 'state' | 'slot' | 'kind' | 'createdAt' | 'reason'> {
  let slot: KeySlot;
  try {
    slot = parseKeySlot(key, bytes);
  } catch {
    const heading = slotHeading(bytes);
    if (heading === undefined) return { state: 'damaged', reason: 'it isn’t what was written' };
    return { state: 'unknown', ...heading, reason: 'this version doesn’t know its kind' };
  }
  const known = { slot, kind: slot.kind, createdAt: slot.createdAt };
  if (slot.vault !== undefined && slot.vault !== vaultId) return { ...known, state: 'foreign', reason: `it belongs to vault ${slot.vault}` };
  if (slotKey(slot.id) !== key) return { ...known, state: 'misplaced', reason: `its content is that of slot ${slot.id}` };
  return { ...known, state: 'usable' };
}

/**
 * Tries a secret on the slots, in order, until one opens.
 *
 * @throws `VAULT_ALTERED`, `RECOVERY_KEY_MALFORMED`
 */
export async function unlock(
  { description, descriptionHash }: LockedVault,
  slots: readonly StoredSlot[],
  secret: VaultKey,
): Promise<{ masterKey: Buffer; opened: StoredSlot } | undefined> {
  for (const opened of slots) {
    if (opened.slot === undefined) continue;
    const masterKey = await unwrapMasterKey(opened.slot, secret, description.id, descriptionHash);
    if (masterKey !== undefined) return { masterKey, opened };
  }
  return undefined;
}

/**
 * Opens the master key with whichever slot the secret fits.
 *
 * @throws `VAULT_KEY_WRONG`, `KEY_SLOT_REFUSED`; `OBJECT_DAMAGED` when none opens and a damaged one might have; what a key service throws
 */
export async function unlockAny(vault: LockedVault, secret: VaultKey): Promise<{ masterKey: Buffer; opened: StoredSlot }> {
  // Those in doubt come last: a wrong name or vault in the plain part doesn't make a slot useless for reading.
  const ordered = [...vault.slots].sort((a, b) => Number(b.state === 'usable') - Number(a.state === 'usable'));
  const found = await unlock(vault, ordered, secret);
  if (found !== undefined) return found;
  throw noneOpens(vault, secret);
}

/** Why a secret opens nothing, as far as can be told. */
export function noneOpens({ slots }: LockedVault, secret: VaultKey): HoldfastError {
  const what = 'passphrase' in secret ? 'passphrase' : 'recoveryKey' in secret ? 'recovery key' : `key ${secret.kms.arn}`;
  const refused = slots.filter((stored) => 'kms' in secret && isWrappedBy(stored, secret.kms.arn));
  // A passphrase may simply be wrong; a slot whose own key of AWS KMS doesn't open it isn't what was written.
  if (refused.length > 0) {
    return vaultErrors.create(
      'KEY_SLOT_REFUSED',
      `The ${what} did not wrap what ${refused.map(({ key }) => key).join(', ')} holds, or not for this vault and slot.`,
      {
        subject: { object: refused[0]!.key },
      },
    );
  }
  const damaged = slots.filter(({ state }) => state === 'damaged');
  if (damaged.length === 0) return vaultErrors.create('VAULT_KEY_WRONG', `The ${what} opens none of this vault’s ${slots.length} key slots.`);
  return vaultErrors.create('OBJECT_DAMAGED', `The ${what} opens none of the readable key slots; ${damaged.map(({ key }) => key).join(', ')} can’t be read.`, {
    subject: { object: damaged[0]!.key },
    advice: 'Try another key of the vault, or restore that object from a replica or an older object version.',
  });
}

/** Whether this is a slot for that key of AWS KMS. */
const isWrappedBy = ({ state, slot }: StoredSlot, arn: string): boolean => state === 'usable' && slot?.kdf.name === 'aws-kms' && sameKmsKey(slot.kdf.key, arn);
