import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { judge } from '../../../../tools/judges/judge.ts';
import type { S3StoreOptions } from '../s3/s3-options.ts';
import { freePort, startChildServer } from './child-server.ts';
import { selfSignedCertificate } from './self-signed.ts';

export interface VersitygwOptions {
  /** Where its objects go; a bucket is a folder in it. Left as it is at the end. */
  readonly folder: string;
  /** Default: TLS with a certificate of its own, found in `options.ca`. */
  readonly plain?: boolean;
  readonly bucket?: string;
  /** The bucket keeps versions and has Object Lock; only with `plain`. */
  readonly locks?: boolean;
  /** Further users, each with its name as access key, who may do nothing until the bucket’s policy says so; only with `plain`. */
  readonly users?: readonly string[];
}

export interface Versitygw extends AsyncDisposable {
  /** What `s3Store` needs to use it: endpoint, credentials, certificate, bucket. */
  readonly options: S3StoreOptions & { readonly endpoint: string; readonly credentials: { accessKeyId: string; secretAccessKey: string } };
  readonly pid: number;
  credentialsOf(user: string): { accessKeyId: string; secretAccessKey: string };
  /** Puts the bucket’s policy in place of the one before; principals are names of users. Only with `plain`. */
  setPolicy(policy: object): Promise<void>;
}

const readyWithinMs = 20_000;
const startsMax = 5;

/** A real S3 server over a folder, on a free port of the loopback address. Needs `judge('versitygw')`. */
export async function startVersitygw(options: VersitygwOptions): Promise<Versitygw> {
  const program = judge('versitygw');
  if (program === undefined) throw new Error('versitygw is not installed: npm run judges');
  for (let start = 1; ; start++) {
    try {
      return await startOn(await freePort(), program, options);
    } catch (error) {
      // Between finding a free port and listening on it, somebody else may have taken it.
      if (start >= startsMax) throw error;
    }
  }
}

async function startOn(
  port: number,
  program: string,
  { folder, plain = false, bucket = 'holdfast', locks = false, users = [] }: VersitygwOptions,
): Promise<Versitygw> {
  const own = await mkdtemp(join(tmpdir(), 'holdfast-versitygw-'));
  const credentials = { accessKeyId: 'holdfast', secretAccessKey: 'only-for-tests' };
  const { certificate, privateKey } = await selfSignedCertificate();
  await writeFile(join(own, 'certificate.pem'), certificate);
  await writeFile(join(own, 'key.pem'), privateKey, { mode: 0o600 });
  await mkdir(join(own, 'metadata'));
  if (!locks) await mkdir(join(folder, bucket), { recursive: true });
  await mkdir(join(own, 'versions'));
  await mkdir(join(own, 'users'));
  const tls = plain ? [] : ['--cert', join(own, 'certificate.pem'), '--key', join(own, 'key.pem')];
  const serve = [
    program,
    '--port',
    `127.0.0.1:${port}`,
    ...tls,
    '--quiet',
    '--keep-alive',
    ...(users.length > 0 ? ['--iam-dir', join(own, 'users')] : []),
    'posix',
    ...(locks ? ['--versioning-dir', join(own, 'versions')] : []),
    '--sidecar',
    join(own, 'metadata'),
    folder,
  ];
  const secrets = { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey };
  const child = startChildServer(serve[0]!, serve.slice(1), secrets);
  const dispose = async () => {
    await child[Symbol.asyncDispose]();
    await rm(own, { recursive: true, force: true });
  };
  try {
    await Promise.race([answers(plain, port, certificate), child.ended]);
    if (locks) await createLockedBucket(port, bucket, credentials);
    for (const user of users) await createUser(program, port, credentials, credentialsOf(user));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    options: {
      bucket,
      region: 'us-east-1',
      endpoint: `${plain ? 'http' : 'https'}://127.0.0.1:${port}`,
      credentials,
      ...(!plain && { ca: certificate }),
    },
    pid: child.pid,
    credentialsOf,
    setPolicy: async (policy) => {
      await asRoot(port, credentials, (client) => client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) })));
    },
    [Symbol.asyncDispose]: dispose,
  };
}

const credentialsOf = (user: string) => ({ accessKeyId: user, secretAccessKey: `of ${user}, only for tests` });

type Credentials = ReturnType<typeof credentialsOf>;

async function createLockedBucket(port: number, bucket: string, credentials: Credentials): Promise<void> {
  await asRoot(port, credentials, (client) => client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true })));
}

/** Over plain HTTP: the SDK isn't told our certificate. */
async function asRoot(port: number, credentials: Credentials, work: (client: S3Client) => Promise<unknown>): Promise<void> {
  const client = new S3Client({ endpoint: `http://127.0.0.1:${port}`, credentials, region: 'us-east-1', forcePathStyle: true });
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}

async function createUser(program: string, port: number, root: Credentials, user: Credentials): Promise<void> {
  const administrator = ['--access', root.accessKeyId, '--secret', root.secretAccessKey, '--endpoint-url', `http://127.0.0.1:${port}`];
  const named = ['--access', user.accessKeyId, '--secret', user.secretAccessKey, '--role', 'user'];
  await promisify(execFile)(program, ['admin', ...administrator, 'create-user', ...named]);
}

async function answers(plain: boolean, port: number, ca: string): Promise<void> {
  const { get } = plain ? await import('node:http') : await import('node:https');
  for (const start = Date.now(); ; await sleep(20)) {
    const request = get({ host: '127.0.0.1', port, path: '/', ca, agent: false }, (answer) => answer.resume());
    const [outcome] = await Promise.race([once(request, 'response').then(() => ['ready']), once(request, 'error').catch((error: unknown) => [error])]).catch(
      (error: unknown) => [error],
    );
    if (outcome === 'ready') return;
    if (Date.now() - start > readyWithinMs) throw new Error(`versitygw does not answer: ${outcome}`);
  }
}
