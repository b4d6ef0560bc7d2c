import { type AccessRole, accessRoles } from './roles.ts';

export interface AccessPolicyOptions {
  readonly role: AccessRole;
  readonly bucket: string;
  /** of the vault in its bucket, without slashes at the ends; empty for the whole bucket */
  readonly prefix: string;
  /** `aws`, `aws-cn`, `aws-us-gov`; `aws` when absent */
  readonly partition?: string;
  /** Makes a bucket policy that names them: ARNs on AWS, what the server takes elsewhere. Without it the policy is for an identity. */
  readonly principals?: readonly string[];
  /** The bucket keeps versions and has Object Lock. */
  readonly objectLock?: boolean;
  /** Refuses writes that could overwrite something, by AWS’s condition on `If-None-Match`. */
  readonly writeOnce?: boolean;
  /** A key of AWS KMS that opens the vault. */
  readonly kmsKey?: string;
  /** allows that key for this vault only */
  readonly vaultId?: string;
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: { readonly AWS: readonly string[] };
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface AccessPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/**
 * The least that a role needs of a bucket, as AWS and many other stores take it: for an identity, or, with `principals`, for the bucket.
 * The right to a key of AWS KMS goes into the policy of an identity only; a bucket can’t give it.
 */
export function accessPolicy(options: AccessPolicyOptions): AccessPolicy {
  const { role, bucket, prefix, partition = 'aws', principals, objectLock = false, writeOnce = false } = options;
  const { creates, deletes, extends: kept = [] } = accessRoles[role];
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  const objects = (keys: readonly string[]) => keys.map((key) => `${bucketArn}/${prefix === '' ? '' : `${prefix}/`}${key}${/[/-]$/.test(key) ? '*' : ''}`);
  const everything = [`${bucketArn}/${prefix === '' ? '*' : `${prefix}/*`}`];
  // S3 looks at this condition, too, before it says that an object isn’t there rather than that it may not tell.
  const below = prefix === '' ? {} : { Condition: { StringLike: { 's3:prefix': `${prefix}/*` } } };
  const statements: Omit<PolicyStatement, 'Principal'>[] = [
    { Sid: 'List', Effect: 'Allow', Action: ['s3:ListBucket', ...(objectLock ? ['s3:ListBucketVersions'] : [])], Resource: [bucketArn], ...below },
    { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject', ...(objectLock ? ['s3:GetObjectVersion', 's3:GetObjectRetention'] : [])], Resource: everything },
  ];
  if (objectLock)
    statements.push({ Sid: 'ReadSettings', Effect: 'Allow', Action: ['s3:GetBucketVersioning', 's3:GetBucketObjectLockConfiguration'], Resource: [bucketArn] });
  if (creates.length > 0)
    statements.push({ Sid: 'Create', Effect: 'Allow', Action: ['s3:PutObject', ...(objectLock ? ['s3:PutObjectRetention'] : [])], Resource: objects(creates) });
  if (objectLock && kept.length > 0) statements.push({ Sid: 'Extend', Effect: 'Allow', Action: ['s3:PutObjectRetention'], Resource: objects(kept) });
  if (deletes.length > 0)
    statements.push({
      Sid: 'Delete',
      Effect: 'Allow',
      Action: ['s3:DeleteObject', ...(objectLock ? ['s3:DeleteObjectVersion'] : [])],
      Resource: objects(deletes),
    });
  if (writeOnce && creates.length > 0)
    statements.push({ Sid: 'WriteOnce', Effect: 'Deny', Action: ['s3:PutObject'], Resource: everything, Condition: { Null: { 's3:if-none-match': 'true' } } });
  if (principals !== undefined)
    return { Version: '2012-10-17', Statement: statements.map((one) => ({ ...one, Sid: `${role}${one.Sid}`, Principal: { AWS: principals } })) };
  return { Version: '2012-10-17', Statement: [...statements, ...kmsStatements(options)] };
}

function kmsStatements({ role, kmsKey, vaultId }: AccessPolicyOptions): PolicyStatement[] {
  if (kmsKey === undefined) return [];
  const actions = role === 'administrator' ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  const thisVault = vaultId === undefined ? {} : { Condition: { StringEquals: { 'kms:EncryptionContext:holdfast-vault': vaultId } } };
  return [{ Sid: 'OpenVault', Effect: 'Allow', Action: actions, Resource: [kmsKey], ...thisVault }];
}
