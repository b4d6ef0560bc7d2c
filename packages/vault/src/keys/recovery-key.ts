import { createHash } from 'node:crypto';
import { vaultErrors } from '../errors.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const prefix = 'HF1-';
const secretBytes = 32;
const characters = 55;

const check = (secret: Uint8Array) => createHash('sha256').update(secret).digest().subarray(0, 2);

/** 32 secret bytes → `HF1-XXXXX-…`: eleven groups of five, the last bytes a check. */
export function formatRecoveryKey(secret: Uint8Array): string {
  const bytes = Buffer.concat([secret, check(secret)]);
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  bits <<= BigInt(characters * 5 - bytes.length * 8);
  let text = '';
  for (let index = characters - 1; index >= 0; index--) text += alphabet[Number((bits >> BigInt(index * 5)) & 31n)];
  return prefix + text.match(/.{5}/g)!.join('-');
}

/** @throws `RECOVERY_KEY_MALFORMED` when characters are missing or the check doesn't fit */
export function parseRecoveryKey(text: string): Buffer {
  const malformed = (why: string) => vaultErrors.create('RECOVERY_KEY_MALFORMED', `This is no recovery key: ${why}.`);
  const trimmed = text.trim().toUpperCase();
  if (!trimmed.startsWith(prefix)) throw malformed(`it doesn’t begin with ${prefix}`);
  const plain = trimmed.slice(prefix.length).replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  if (plain.length !== characters) throw malformed(`it has ${plain.length} characters behind ${prefix} instead of ${characters}`);
  let bits = 0n;
  for (const character of plain) {
    const value = alphabet.indexOf(character);
    if (value < 0) throw malformed(`“${character}” doesn’t occur in one`);
    bits = (bits << 5n) | BigInt(value);
  }
  const spare = BigInt(characters * 5 - (secretBytes + 2) * 8);
  const bytes = Buffer.from((bits >> spare).toString(16).padStart((secretBytes + 2) * 2, '0'), 'hex');
  const secret = bytes.subarray(0, secretBytes);
  if ((bits & ((1n << spare) - 1n)) !== 0n || !check(secret).equals(bytes.subarray(secretBytes)))
    throw malformed('its check doesn’t fit, so that a character is mistyped');
  return Buffer.from(secret);
}

/**
 * A recovery key as it was typed, in the form in which it is printed.
 * @throws `RECOVERY_KEY_MALFORMED`
 */
export const tidyRecoveryKey = (text: string): string => formatRecoveryKey(parseRecoveryKey(text));
