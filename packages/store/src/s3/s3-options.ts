/** An access key, as AWS hands it out. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Asked again, with `forceRefresh`, when the store says that what it gave has expired. Keeps what it gave as long as that is good. */
export type S3CredentialProvider = (options?: { readonly forceRefresh?: boolean }) => Promise<S3Credentials>;

export interface S3StoreOptions {
  readonly bucket: string;
  /** Everything lies below it; no slash at the ends. */
  readonly prefix?: string;
  /** Default: as the AWS tools have it (AWS_REGION, the profile); on AWS, where the bucket says it is. */
  readonly region?: string;
  /** For S3 that isn't Amazon's: `https://host[:port][/path]`. */
  readonly endpoint?: string;
  /** The bucket in the path instead of the host name. Default: yes with an endpoint, no on AWS. */
  readonly forcePathStyle?: boolean;
  /** Default: the standard AWS chain (environment, profile, container, instance role). */
  readonly credentials?: S3Credentials | S3CredentialProvider;
  /** PEM certificates to trust instead of the machine's. */
  readonly ca?: string;
  /** Plain HTTP beyond this machine: everybody on the way sees object names and can drop requests. */
  readonly allowPlainHttp?: boolean;
  /** Class of new objects, unless a put names one. */
  readonly storageClass?: string;
  /** Told each time a request is tried again. Must not throw. */
  readonly onRetry?: (notice: RetryNotice) => void;
  readonly limits?: Partial<S3Limits>;
}

/** One request that is going to be tried again, for progress and logs. */
export interface RetryNotice {
  readonly operation: string;
  readonly key: string;
  readonly reason: string;
  readonly failure: 'throttle' | 'transient' | 'credentials' | 'clock' | 'region';
  /** attempts made so far */
  readonly attempt: number;
  readonly attemptsMax: number;
  readonly pauseMs: number;
  /** requests allowed at once from now on */
  readonly concurrency: number;
}

/** Everything that bounds the work against one bucket. */
export interface S3Limits {
  readonly concurrencyStart: number;
  readonly concurrencyMin: number;
  readonly concurrencyMax: number;
  /** this many requests in a row must succeed before one more is allowed at once */
  readonly successesPerStep: number;
  readonly attemptsMax: number;
  /** until the store has answered for the first time: a wrong host name should be told soon */
  readonly firstContactAttemptsMax: number;
  /** for one operation with all its attempts */
  readonly deadlineMs: number;
  readonly pauseMs: number;
  readonly pauseMsMax: number;
  /** a request that moves fewer bytes than `stallBytes` in this time is given up and tried on a new connection */
  readonly stallMs: number;
  readonly stallBytes: number;
  /** from the last byte of a request to the first of its answer */
  readonly answerMs: number;
  /** one write to a socket */
  readonly sliceBytes: number;
  readonly listPageKeys: number;
  readonly listPageBytesMax: number;
  readonly deleteBatchKeys: number;
}

export const defaultLimits: S3Limits = {
  concurrencyStart: 16,
  concurrencyMin: 1,
  concurrencyMax: 64,
  successesPerStep: 10,
  attemptsMax: 25,
  firstContactAttemptsMax: 4,
  deadlineMs: 15 * 60_000,
  pauseMs: 200,
  pauseMsMax: 30_000,
  stallMs: 20_000,
  stallBytes: 64 * 1024,
  answerMs: 60_000,
  sliceBytes: 256 * 1024,
  listPageKeys: 1000,
  listPageBytesMax: 16 * 1024 * 1024,
  deleteBatchKeys: 1000,
};
