import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectRetentionCommand, S3Client } from '@aws-sdk/client-s3';
import { judge } from '../../../../tools/judges/judge.ts';
import type { S3StoreOptions } from '../s3/s3-options.ts';
import { type ChildServer, freePort, startChildServer } from './child-server.ts';

const run = promisify(execFile);
const readyWithinMs = 90_000;
const programs = ['ceph', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool', 'radosgw', 'radosgw-admin'] as const;

/** Whether this machine has what a one-node Ceph takes (Debian: ceph-mon, ceph-osd, ceph-common, radosgw). */
export const cephIsHere: boolean = programs.every((program) => judge(program) !== undefined);

export interface Ceph extends AsyncDisposable {
  /** A new bucket, and what `s3Store` needs to use it. Object Lock is on, and with it versions, unless `plain`. */
  bucket(name: string, options?: { readonly plain?: boolean }): Promise<S3StoreOptions & { readonly endpoint: string }>;
  /** A further user, who may do nothing until a bucket’s policy says so; its principal is `arn:aws:iam:::user/<name>`. */
  user(name: string): Promise<{ accessKeyId: string; secretAccessKey: string }>;
  setPolicy(bucket: string, policy: object): Promise<void>;
  /** Ends a governance lock in a second or two, as only somebody with the right to bypass it can. */
  lift(bucket: string, object: { readonly key: string; readonly version: string }): Promise<void>;
}

/**
 * A real S3 server that keeps versions and locks as Amazon's does: one monitor, one OSD in memory, one gateway, on free ports of
 * the loopback address. Takes about ten seconds and 200 MiB, and as much memory as is stored in it.
 */
export async function startCeph(): Promise<Ceph> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-ceph-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const ports = { monitor: await freePort(), gateway: await freePort() };
    const file = join(folder, 'ceph.conf');
    const settings = ['-c', file];
    const fsid = randomUUID();
    for (const part of ['mon', 'osd', 'rgw', 'run']) await mkdir(join(folder, part));
    await writeFile(file, configuration(folder, fsid, ports));
    await makeKeys(join(folder, 'keyring'));
    const map = join(folder, 'monmap');
    await run(judge('monmaptool')!, ['--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${ports.monitor}]`, map]);
    await run(judge('ceph-mon')!, [...settings, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', join(folder, 'keyring')]);
    const serve = (program: (typeof programs)[number], ...args: string[]) => stack.use(startChildServer(judge(program)!, ['-f', ...settings, ...args]));
    serve('ceph-mon', '-i', 'a');
    const ceph = (...args: string[]) => run(judge('ceph')!, [...settings, '--connect-timeout', '30', ...args]);
    await ceph('auth', 'import', '-i', join(folder, 'keyring'));
    const osd = randomUUID();
    await ceph('osd', 'new', osd, '0');
    await run(judge('ceph-osd')!, [...settings, '-i', '0', '--mkfs', '--osd-uuid', osd]);
    serve('ceph-osd', '-i', '0');
    const gateway = serve('radosgw', '-n', 'client.rgw.a');
    const endpoint = `http://127.0.0.1:${ports.gateway}`;
    await answers(endpoint, gateway);
    const credentials = { accessKeyId: 'HOLDFAST', secretAccessKey: 'only-for-tests' };
    const user = ['--uid', 'holdfast', '--display-name', 'holdfast', '--access-key', credentials.accessKeyId, '--secret-key', credentials.secretAccessKey];
    await run(judge('radosgw-admin')!, [...settings, 'user', 'create', ...user]);
    const asOwner = async (work: (client: S3Client) => Promise<unknown>) => {
      const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });
      await work(client).finally(() => client.destroy());
    };
    const kept = stack.move();
    return {
      bucket: async (name, { plain = false } = {}) => {
        await asOwner((client) => client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: !plain })));
        return { bucket: name, endpoint, region: 'us-east-1', credentials };
      },
      user: async (name) => {
        const own = { accessKeyId: name.toUpperCase(), secretAccessKey: `of-${name}` };
        const keys = ['--access-key', own.accessKeyId, '--secret-key', own.secretAccessKey];
        await run(judge('radosgw-admin')!, [...settings, 'user', 'create', '--uid', name, '--display-name', name, ...keys]);
        return own;
      },
      lift: async (bucket, { key, version }) => {
        const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + 1500) } as const;
        const object = { Bucket: bucket, Key: key, VersionId: version };
        await asOwner((client) => client.send(new PutObjectRetentionCommand({ ...object, Retention, BypassGovernanceRetention: true })));
      },
      setPolicy: async (bucket, policy) => {
        await asOwner((client) => client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) })));
      },
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function makeKeys(keyring: string): Promise<void> {
  const add = (...args: string[]) => run(judge('ceph-authtool')!, [keyring, '--gen-key', ...args]);
  await add('--create-keyring', '-n', 'mon.', '--cap', 'mon', 'allow *');
  await add('-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *');
  await add('-n', 'osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow profile osd');
  await add('-n', 'client.rgw.a', '--cap', 'mon', 'allow rw', '--cap', 'osd', 'allow rwx', '--cap', 'mgr', 'allow rw');
}

async function answers(endpoint: string, gateway: ChildServer): Promise<void> {
  const start = performance.now();
  const ask = async () => {
    while (performance.now() - start < readyWithinMs) {
      const answer = await fetch(endpoint).catch(() => undefined);
      if (answer !== undefined) return void (await answer.arrayBuffer());
      await sleep(50);
    }
    throw new Error('Ceph does not answer');
  };
  await Promise.race([ask(), gateway.ended]);
}

function configuration(folder: string, fsid: string, { monitor, gateway }: { monitor: number; gateway: number }): string {
  return `[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monitor}]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = ${folder}/keyring
run dir = ${folder}/run
admin socket =
pid file =
log file =
log to stderr = true
crash dir = ${folder}/run
mon data = ${folder}/mon
osd data = ${folder}/osd
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 4294967296
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
paxos propose interval = 0.05
mon osd min in ratio = 0
debug mon = 0/0
debug osd = 0/0
debug ms = 0/0
[client.rgw.a]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw enable usage log = false
rgw rados pool pg num min = 1
rgw thread pool size = 64
`;
}
