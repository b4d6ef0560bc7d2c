import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { hkdf } from '../keys/derive.ts';
import { publicKeyOf, rawPublicKey, secretKeyOf } from './raw-keys.ts';

/** A mover as the vault lists it, in a record that only the master key makes. */
export interface ListedMover {
  readonly id: string;
  readonly name: string;
  /** Ed25519 */
  readonly publicKey: KeyObject;
  readonly addedAt: string;
  /** set when it was taken off the list: from then on only what was there at that time counts as its own */
  readonly removed?: { readonly at: string; readonly objects: ReadonlyMap<string, string> } | undefined;
}

/** Who signs, and whose signatures count. All objects of §10 are signed in a vault that takes write-only movers. */
export interface VaultSigning {
  /** public half of the key that comes from the master key */
  readonly vaultKey: KeyObject;
  readonly own: { readonly signer: string; readonly secret: KeyObject };
  readonly movers: Map<string, ListedMover>;
}

/** Who made an object, as far as its signature proves it. */
export type Provenance =
  /** somebody with the master key */
  | { readonly state: 'vault' }
  | { readonly state: 'mover'; readonly id: string; readonly name: string }
  /** the signature is right, but the object wasn't there when the mover was taken off the list */
  | { readonly state: 'removed'; readonly id: string; readonly name: string }
  /** signed by somebody whom the vault doesn't list */
  | { readonly state: 'unlisted'; readonly id: string }
  /** the signature isn't that of whom it names */
  | { readonly state: 'false'; readonly id: string };

/** Signer of whatever is signed with the key that comes from the master key. */
export const vaultSigner = '00'.repeat(16);
/** signer (16) ‖ signature (64), behind a sealed object */
const signatureBytes = 80;
const signerBytes = 16;

const vaultSecret = (masterKey: Uint8Array, vaultId: string) => secretKeyOf('ed25519', hkdf(masterKey, Buffer.from(vaultId, 'hex'), 'holdfast/1/sign'));

export function masterSigning(masterKey: Uint8Array, vaultId: string): VaultSigning {
  const secret = vaultSecret(masterKey, vaultId);
  return { vaultKey: publicKeyOf('ed25519', rawPublicKey(secret)), own: { signer: vaultSigner, secret }, movers: new Map() };
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

/** What is signed: this object, sealed as it is, under this key of this vault, by this signer. */
function statement(vaultId: string, signer: Uint8Array, key: string, sealed: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('holdfast/1/signature'), Buffer.from(vaultId, 'hex'), signer, sha256(key), sha256(sealed)]);
}

/** The sealed object with the signature behind it. */
export function signObject({ own }: VaultSigning, vaultId: string, key: string, sealed: Uint8Array): Buffer {
  const signer = Buffer.from(own.signer, 'hex');
  return Buffer.concat([sealed, signer, sign(undefined, statement(vaultId, signer, key, sealed), own.secret)]);
}

/** The object without its signature, and who made it. */
export function takeSignature(signing: VaultSigning, vaultId: string, key: string, bytes: Uint8Array): { sealed: Uint8Array; provenance: Provenance } {
  const sealed = bytes.subarray(0, Math.max(0, bytes.length - signatureBytes));
  const signer = bytes.subarray(sealed.length, sealed.length + signerBytes);
  const signature = bytes.subarray(sealed.length + signerBytes);
  const id = Buffer.from(signer).toString('hex');
  const holds = (publicKey: KeyObject) => verify(undefined, statement(vaultId, signer, key, sealed), publicKey, signature);
  if (id === vaultSigner) return { sealed, provenance: holds(signing.vaultKey) ? { state: 'vault' } : { state: 'false', id } };
  const mover = signing.movers.get(id);
  if (mover === undefined) return { sealed, provenance: { state: 'unlisted', id } };
  const { name, removed } = mover;
  if (!holds(mover.publicKey)) return { sealed, provenance: { state: 'false', id } };
  const counts = removed === undefined || removed.objects.get(key) === sha256(bytes).toString('hex');
  return { sealed, provenance: { state: counts ? 'mover' : 'removed', id, name } };
}

/** For people: who made it, as the end of a sentence; `undefined` where there is nothing to warn of. */
export function doubtAbout(provenance: Provenance): string | undefined {
  switch (provenance.state) {
    case 'vault':
    case 'mover':
      return undefined;
    case 'removed':
      return `was signed by the mover ${provenance.name} after it had been removed`;
    case 'unlisted':
      return 'was signed by nobody whom this vault lists';
    case 'false':
      return 'has a false signature';
  }
}
