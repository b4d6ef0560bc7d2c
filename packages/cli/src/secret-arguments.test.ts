import { expect, test } from 'vitest';
import { cliErrors } from './errors.ts';
import { refuseSecretArguments } from './secret-arguments.ts';

test.each([
  [['backup', '--password', 'hunter22']],
  [['backup', '--password=hunter22']],
  [['vault', 'create', '--PASSPHRASE', 'hunter22']],
  [['backup', '--vcenter', 'https://root:hunter22@vcenter.example.com']],
  [['store', 'probe', '--store', 's3://AKIAABCDEFGHIJKLMNOP/bucket']],
  [['points', '--recovery-key', 'HF1-hunter22']],
])('%j is refused, and the secret is not repeated', (line) => {
  try {
    refuseSecretArguments(line);
    expect.unreachable();
  } catch (error) {
    if (!cliErrors.is(error, 'CLI_SECRET_ARGUMENT')) throw error;
    expect(JSON.stringify(error)).not.toContain('hunter22');
    expect(error.advice).toMatch(/change it/);
  }
});

test.each([
  [['backup', '--password-file', '/etc/holdfast/password']],
  [['backup', 'web01', '--vcenter', 'https://vcenter.example.com:8443']],
  [['store', 'probe', '--store', 's3://bucket/prefix?endpoint=https://s3.example.com:9000']],
])('%j carries no secret', (line) => {
  expect(() => refuseSecretArguments(line)).not.toThrow();
});
