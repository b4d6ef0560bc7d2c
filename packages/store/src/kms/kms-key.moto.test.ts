import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemClock, systemRandom } from '@holdfast/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../../tools/judges/judge.ts';
import { kmsKey } from './kms-key.ts';

const region = 'eu-central-1';
const context = { 'holdfast-vault': 'a', 'holdfast-slot': 'b' };
const readyWithinMs = 60_000;

/** As anybody may ask moto until it is told to look at signatures. */
async function ask(endpoint: string, service: string, headers: Record<string, string>, body: string): Promise<string> {
  const scope = `Credential=any/20260101/${region}/${service}/aws4_request`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`, ...headers },
    body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

async function newKey(endpoint: string): Promise<string> {
  const headers = { 'x-amz-target': 'TrentService.CreateKey', 'content-type': 'application/x-amz-json-1.1' };
  return JSON.parse(await ask(endpoint, 'kms', headers, '{}')).KeyMetadata.Arn;
}

async function newUser(endpoint: string, name: string, actions: readonly string[]) {
  const iam = (parameters: Record<string, string>) =>
    ask(
      endpoint,
      'iam',
      { 'content-type': 'application/x-www-form-urlencoded' },
      new URLSearchParams({ Version: '2010-05-08', UserName: name, ...parameters }).toString(),
    );
  await iam({ Action: 'CreateUser' });
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
  await iam({ Action: 'PutUserPolicy', PolicyName: 'keys', PolicyDocument: JSON.stringify(policy) });
  const keys = await iam({ Action: 'CreateAccessKey' });
  const tag = (which: string) => new RegExp(`<${which}>([^<]+)<`).exec(keys)![1]!;
  return { accessKeyId: tag('AccessKeyId'), secretAccessKey: tag('SecretAccessKey') };
}

describe.skipIf(judge('python-moto') === undefined)('moto, an AWS KMS by others', () => {
  const stack = new AsyncDisposableStack();
  let endpoint: string;

  beforeAll(async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    probe.close();
    const server = spawn(judge('python-moto')!, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    stack.defer(() => void server.kill('SIGKILL'));
    endpoint = `http://127.0.0.1:${port}`;
    for (const start = Date.now(); ; await systemClock.sleep(100)) {
      const up = await fetch(`${endpoint}/moto-api/data.json`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (up) return;
      if (Date.now() - start > readyWithinMs) throw new Error('moto does not answer');
    }
  });
  afterAll(() => stack.disposeAsync());

  test('agrees with us about requests, contexts, signatures and permissions', async () => {
    const [arn, other] = [await newKey(endpoint), await newKey(endpoint)];
    const administrator = await newUser(endpoint, 'administrator', ['kms:GenerateDataKey', 'kms:Decrypt']);
    const mover = await newUser(endpoint, 'mover', ['kms:Decrypt']);
    const stranger = await newUser(endpoint, 'stranger', ['s3:GetObject']);
    // From here on moto verifies every signature, and which actions its owner may take.
    await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
    const key = (credentials: typeof mover, which = arn) => kmsKey({ arn: which, endpoint, credentials }, { clock: systemClock, random: systemRandom });

    const { plaintext, ciphertext } = await key(administrator).newDataKey(context);
    expect(plaintext.length).toBe(32);
    expect(Buffer.from((await key(mover).openDataKey(ciphertext, context))!)).toEqual(Buffer.from(plaintext));
    expect(await key(mover).openDataKey(ciphertext, { ...context, 'holdfast-vault': 'another' })).toBeUndefined();
    expect(await key(mover).openDataKey(Buffer.from(ciphertext).reverse(), context)).toBeUndefined();
    await expect(key(mover).newDataKey(context)).rejects.toMatchObject({ code: 'KMS_ACCESS' });
    await expect(key(stranger).openDataKey(ciphertext, context)).rejects.toMatchObject({ code: 'KMS_ACCESS' });
    // It says so in XML, where AWS has a name for it in JSON; the status remains.
    const altered = { ...mover, secretAccessKey: mover.secretAccessKey.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) };
    await expect(key(altered).openDataKey(ciphertext, context)).rejects.toMatchObject({ code: expect.stringMatching(/^KMS_(ACCESS|CREDENTIALS)$/) });
    await expect(key(administrator, `${other.slice(0, -4)}0000`).newDataKey(context)).rejects.toMatchObject({ code: 'KMS_KEY_ABSENT' });
  });
});
