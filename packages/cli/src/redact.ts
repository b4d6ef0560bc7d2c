/** Shorter than this a secret would blot out ordinary words; the rules for passwords ask for more anyway. */
const secretLengthMin = 6;

const known = new Set<string>();

/** From now on `text` never appears in anything this process prints. */
export function keepSecret(text: string): string {
  if (text.length >= secretLengthMin) known.add(text);
  return text;
}

/** The last line of defence: nothing should put a secret into a message, and if something does, it doesn't reach the output. */
export function redact(text: string): string {
  let result = text;
  for (const secret of known) result = result.replaceAll(secret, '[secret]');
  return result;
}
