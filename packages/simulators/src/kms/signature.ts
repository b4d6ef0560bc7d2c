import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();
/** What KMS allows between its clock and a signature’s. */
const skewMsMax = 5 * 60_000;

/** The access key that a request says it is signed with. */
export const accessKeyOf = ({ headers }: IncomingMessage): string | undefined => /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];

/**
 * Why a Signature Version 4 isn’t good, or `undefined` when it is: computed anew from the request as it came in.
 * Host, date and target must be signed: whoever could change these could have something else done.
 */
export function signatureFault(request: IncomingMessage, body: Uint8Array, secretAccessKey: string, region: string, now: number): string | undefined {
  const header = request.headers.authorization ?? '';
  const [, scope, list, given] = /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header) ?? [];
  if (scope === undefined) return 'Authorization header isn’t one of AWS4-HMAC-SHA256';
  const names = list!.split(';');
  for (const name of ['host', 'x-amz-date', 'x-amz-target']) if (!names.includes(name)) return `${name} isn’t signed`;
  const date = String(request.headers['x-amz-date']);
  if (scope !== `${date.slice(0, 8)}/${region}/kms/aws4_request`) return `Credential should be scoped to ${region} and kms, not ${scope}`;
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(at - now) <= skewMsMax)) return 'Signature expired or not yet current';
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [request.method, '/', '', headers, list, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  let key: Uint8Array = hmac(`AWS4${secretAccessKey}`, date.slice(0, 8));
  for (const part of [region, 'kms', 'aws4_request']) key = hmac(key, part);
  return hmac(key, text).toString('hex') === given ? undefined : 'The request signature we calculated does not match the signature you provided';
}
