import { expect, test } from 'vitest';
import { bucketPlace } from './place.ts';
import type { S3StoreOptions } from './s3-options.ts';

test.each<[Partial<S3StoreOptions>, string, object]>([
  [{}, 'eu-central-1', { secure: true, hostname: 'my-bucket.s3.eu-central-1.amazonaws.com', port: 443, basePath: '' }],
  [{}, 'cn-north-1', { secure: true, hostname: 'my-bucket.s3.cn-north-1.amazonaws.com.cn', port: 443, basePath: '' }],
  // A name with dots doesn't fit the certificate of *.s3.….
  [{ bucket: 'my.bucket' }, 'eu-central-1', { secure: true, hostname: 's3.eu-central-1.amazonaws.com', port: 443, basePath: '/my.bucket' }],
  [{ forcePathStyle: true }, 'eu-central-1', { secure: true, hostname: 's3.eu-central-1.amazonaws.com', port: 443, basePath: '/my-bucket' }],
  [{ endpoint: 'https://s3.example.org' }, 'any', { secure: true, hostname: 's3.example.org', port: 443, basePath: '/my-bucket' }],
  [{ endpoint: 'https://s3.example.org:9000/gateway/' }, 'any', { secure: true, hostname: 's3.example.org', port: 9000, basePath: '/gateway/my-bucket' }],
  [{ endpoint: 'https://s3.example.org', forcePathStyle: false }, 'any', { secure: true, hostname: 'my-bucket.s3.example.org', port: 443, basePath: '' }],
  [{ endpoint: 'http://[::1]:9000' }, 'any', { secure: false, hostname: '::1', port: 9000, basePath: '/my-bucket' }],
])('%j in %s', async (options, region, expected) => {
  expect(await bucketPlace({ bucket: 'my-bucket', ...options }, region)).toEqual(expected);
});
