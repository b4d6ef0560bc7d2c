import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVersitygw } from '@holdfast/store/testing';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../tools/judges/judge.ts';
import { runHoldfast } from './run-holdfast.ts';

describe.skipIf(judge('versitygw') === undefined)('a bucket of versitygw', () => {
  test('is probed, and holds a vault, with credentials from the environment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-s3-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const { options } = stack.use(await startVersitygw({ folder, plain: true }));
    const { accessKeyId, secretAccessKey } = options.credentials;
    const variables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, HOLDFAST_PASSPHRASE: 'a passphrase for tests' };
    const place = ['--store', `s3://${options.bucket}/site-a`, '--endpoint', options.endpoint, '--region', 'us-east-1'];

    expect(await runHoldfast(['store', 'probe', ...place], { variables })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('does all that a vault needs'),
    });
    expect(await runHoldfast(['vault', 'create', ...place], { variables })).toMatchObject({ code: 0 });
    expect(await runHoldfast(['points', ...place], { variables })).toMatchObject({ code: 0, stdout: 'There are no points.\n' });

    const refused = await runHoldfast(['points', ...place], { variables: { ...variables, AWS_SECRET_ACCESS_KEY: 'not the secret' } });
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringMatching(/code {6}STORE_(ACCESS|CREDENTIALS)/) });
    expect(refused.stderr + refused.stdout).not.toContain('not the secret');
    const absent = await runHoldfast(['points', ...place.with(1, 's3://no-such-bucket/site-a')], { variables });
    expect(absent).toMatchObject({ code: 5, stderr: expect.stringContaining('STORE_BUCKET_ABSENT') });
  });
});
