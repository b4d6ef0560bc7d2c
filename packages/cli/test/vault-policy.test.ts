import { expect, test } from 'vitest';
import { runInside } from './run-inside.ts';

const run = (...parameters: string[]) => runInside(['vault', 'policy', ...parameters]);
const place = ['--store', 's3://backups/site-a', '--region', 'eu-central-1'];

test('what is printed is a policy and nothing else, for the role, bucket and prefix named', async () => {
  const { code, stdout } = await run('--role', 'writer', ...place);
  expect(code).toBe(0);
  const { Statement } = JSON.parse(stdout);
  expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['List', 'Read', 'Create', 'Delete']);
  expect(Statement[0]).toMatchObject({ Resource: ['arn:aws:s3:::backups'], Condition: { StringLike: { 's3:prefix': 'site-a/*' } } });
  expect(Statement[3]).toMatchObject({ Action: ['s3:DeleteObject'], Resource: expect.arrayContaining(['arn:aws:s3:::backups/site-a/sessions/*']) });
});

test('for the bucket it names principals, in other partitions it has their ARNs, and a whole bucket has no condition', async () => {
  const bucket = JSON.parse((await run('--role', 'auditor', ...place, '--principal', 'arn:aws:iam::1:role/a', '--principal', 'arn:aws:iam::1:role/b')).stdout);
  expect(bucket.Statement[0].Principal).toEqual({ AWS: ['arn:aws:iam::1:role/a', 'arn:aws:iam::1:role/b'] });
  const china = JSON.parse((await run('--role', 'auditor', '--store', 's3://backups', '--region', 'cn-north-1')).stdout);
  expect(china.Statement[0]).toEqual({ Sid: 'List', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws-cn:s3:::backups'] });
  expect(china.Statement[1].Resource).toEqual(['arn:aws-cn:s3:::backups/*']);
});

test('a key of AWS KMS goes into the policy of an identity, bound to one vault where it is named', async () => {
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';
  const { Statement } = JSON.parse((await run('--role', 'administrator', ...place, '--kms-key', arn, '--vault-id', 'a1')).stdout);
  expect(Statement.at(-1)).toMatchObject({
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: [arn],
    Condition: { StringEquals: { 'kms:EncryptionContext:holdfast-vault': 'a1' } },
  });
  expect(await run('--role', 'writer', ...place, '--kms-key', arn, '--principal', 'a')).toMatchObject({ code: 2 });
});

test('a folder has no policy, and an unknown role is refused', async () => {
  expect(await run('--role', 'writer', '--store', '/srv/vault')).toMatchObject({ code: 2, stderr: expect.stringContaining('folder') });
  expect(await run('--role', 'god', ...place)).toMatchObject({ code: 2 });
});
