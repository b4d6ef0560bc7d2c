import { createHash } from 'node:crypto';
import { storeErrors } from '../errors.ts';
import { covers, type LockMode, type LockSettings, type ObjectLocks, type Retention } from '../object-locks.ts';
import type { BucketConnection } from './connection.ts';
import { type WireAnswer, WireFailure } from './exchange.ts';
import { type Element, parseXml, textOf } from './xml.ts';

const answerBytesMax = 64 * 1024;
const daysPerYear = 365;

/** Headers of a PUT that locks what it stores. S3 wants whole seconds; they are rounded up. */
export function retentionHeaders({ mode, until }: Retention): Record<string, string> {
  return { 'x-amz-object-lock-mode': mode.toUpperCase(), 'x-amz-object-lock-retain-until-date': dateOf(until) };
}

const dateOf = (until: number) => new Date(Math.ceil(until / 1000) * 1000).toISOString();

/** Object Lock of one bucket. */
export function s3Locks(connection: BucketConnection, checkKey: (key: string) => void): ObjectLocks {
  return {
    settings: () => readSettings(connection),
    retention: (key, version) => {
      checkKey(key);
      return readRetention(connection, key, version);
    },
    retain: async (key, retention, version) => {
      checkKey(key);
      try {
        await putRetention(connection, key, retention, version);
      } catch (error) {
        // A shorter lock than there is, or a missing right: the refusal is the same.
        if (!storeErrors.is(error, 'STORE_ACCESS', 'STORE_UNSUITABLE')) throw error;
        const present = await readRetention(connection, key, version).catch(() => undefined);
        if (!covers(present, retention)) throw error;
      }
    },
  };
}

async function putRetention(connection: BucketConnection, key: string, { mode, until }: Retention, version: string | undefined): Promise<void> {
  const body = Buffer.from(
    `<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>${mode.toUpperCase()}</Mode><RetainUntilDate>${dateOf(until)}</RetainUntilDate></Retention>`,
  );
  const sha256 = createHash('sha256').update(body).digest();
  await connection.send({
    operation: 'lock',
    method: 'PUT',
    key,
    query: { retention: '', ...(version !== undefined && { versionId: version }) },
    headers: {
      'content-type': 'application/xml',
      'content-md5': createHash('md5').update(body).digest('base64'),
      'x-amz-checksum-sha256': sha256.toString('base64'),
    },
    body,
    bodySha256: sha256.toString('hex'),
    answerBytesMax,
  });
}

async function readRetention(connection: BucketConnection, key: string, version: string | undefined): Promise<Retention | undefined> {
  let found: Retention | undefined;
  try {
    await connection.send({
      operation: 'lock',
      method: 'GET',
      key,
      query: { retention: '', ...(version !== undefined && { versionId: version }) },
      answerBytesMax,
      check: (answer) => {
        // Servers name the document differently (versitygw: after the request).
        const root = read(answer);
        const mode = modeOf(textOf(root, 'Mode'));
        const until = Date.parse(textOf(root, 'RetainUntilDate') ?? '');
        if (mode === undefined || Number.isNaN(until)) throw new WireFailure('cut', 'the answer names no retention');
        found = { mode, until };
      },
    });
  } catch (error) {
    if (storeErrors.is(error, 'STORE_NOT_SET')) return undefined;
    throw error;
  }
  return found;
}

async function readSettings(connection: BucketConnection): Promise<LockSettings> {
  let versioned = false;
  await ask(connection, 'versioning', (answer) => {
    versioned = textOf(read(answer, 'VersioningConfiguration'), 'Status') === 'Enabled';
  });
  let modes: readonly LockMode[] = [];
  let byDefault: LockSettings['byDefault'];
  try {
    await ask(connection, 'object-lock', (answer) => {
      const root = read(answer, 'ObjectLockConfiguration');
      if (textOf(root, 'ObjectLockEnabled') === 'Enabled') modes = ['governance', 'compliance'];
      byDefault = defaultOf(root);
    });
  } catch (error) {
    if (!storeErrors.is(error, 'STORE_NOT_SET', 'STORE_UNSUITABLE')) throw error;
  }
  const limits = [
    'In governance mode, whoever has the right to bypass it (s3:BypassGovernanceRetention) can delete all the same.',
    'Nobody can be kept from adding versions and marks of deletion; reading passes over them.',
    'The owner of an account can close it, which deletes everything in it, compliance mode or not.',
  ];
  return { modes: versioned ? modes : [], versioned, ...(byDefault !== undefined && { byDefault }), limits };
}

function defaultOf(root: Element): LockSettings['byDefault'] {
  const rule = root.children.find(({ name }) => name === 'Rule')?.children.find(({ name }) => name === 'DefaultRetention');
  const mode = rule && modeOf(textOf(rule, 'Mode'));
  if (rule === undefined || mode === undefined) return undefined;
  return { mode, days: Number(textOf(rule, 'Days') ?? 0) + Number(textOf(rule, 'Years') ?? 0) * daysPerYear };
}

function modeOf(text: string | undefined): LockMode | undefined {
  return text === 'GOVERNANCE' ? 'governance' : text === 'COMPLIANCE' ? 'compliance' : undefined;
}

async function ask(connection: BucketConnection, what: string, check: (answer: WireAnswer) => void): Promise<void> {
  await connection.send({ operation: what, method: 'GET', query: { [what]: '' }, answerBytesMax, check });
}

function read({ body }: WireAnswer, name?: string): Element {
  try {
    const root = parseXml(body);
    if (name !== undefined && root.name !== name) throw new Error(`it begins with ${root.name}`);
    return root;
  } catch (error) {
    throw new WireFailure('cut', `the answer can't be read: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
