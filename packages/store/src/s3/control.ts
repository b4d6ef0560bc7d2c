/** What we ask the AWS SDK for. It is loaded only when needed: it takes its time, and an S3 that isn't Amazon's may do without. */

/** The region the AWS tools would use here, if any. */
export async function standardRegion(): Promise<string | undefined> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({});
  try {
    return await client.config.region();
  } catch {
    // It throws when nothing names one. The bucket will tell us then.
    return undefined;
  } finally {
    client.destroy();
  }
}

/** Where AWS answers for a bucket: partition, host or path style by the rules of the SDK. */
export async function awsEndpoint(bucket: string, region: string, forcePathStyle: boolean): Promise<URL> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ region });
  try {
    return client.config.endpointProvider({
      Bucket: bucket,
      Region: region,
      ForcePathStyle: forcePathStyle,
      UseFIPS: false,
      UseDualStack: false,
      Accelerate: false,
      UseGlobalEndpoint: false,
    }).url;
  } finally {
    client.destroy();
  }
}
