import { kmsErrors } from './errors.ts';

/** `arn:aws:kms:eu-central-1:111122223333:key/…`, taken apart. */
export interface KmsKeyArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly id: string;
}

const pattern = /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):key\/([A-Za-z0-9-]{1,128})$/;

/** @throws `KMS_ADDRESS` for anything but the ARN of a key */
export function parseKmsKeyArn(arn: string): KmsKeyArn {
  const [, partition, region, account, id] = pattern.exec(arn) ?? [];
  if (partition === undefined) throw kmsErrors.create('KMS_ADDRESS', `${JSON.stringify(arn)} is not the ARN of an AWS KMS key`, { did: 'Nothing was done.' });
  return { partition, region: region!, account: account!, id: id! };
}

/** Whether two ARNs name one key. Copies of a multi-region key in several regions are one: each opens what another has wrapped. */
export function sameKmsKey(one: string, other: string): boolean {
  if (one === other) return true;
  if (!pattern.test(one) || !pattern.test(other)) return false;
  const [a, b] = [parseKmsKeyArn(one), parseKmsKeyArn(other)];
  return a.id.startsWith('mrk-') && a.id === b.id && a.account === b.account && a.partition === b.partition;
}
