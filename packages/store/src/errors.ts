import { defineErrors, type RoomErrors } from '@holdfast/kit';

const table = {
  STORE_ABSENT: {
    kind: 'absent',
    meaning: 'The store answered that no object has this key.',
    advice: 'Check that the vault points to the right bucket and prefix; if it does, the object was deleted by somebody else.',
  },
  STORE_BUCKET_ABSENT: {
    kind: 'absent',
    meaning: 'The bucket or the folder itself is not there, so nothing is known about the objects in it.',
    advice: 'Check the name, mount the file system, or create the bucket or folder.',
  },
  STORE_NOT_SET: {
    kind: 'absent',
    meaning: 'The store answered that nothing is set where a setting was asked for.',
    advice: 'Set it, or go on without it.',
  },
  STORE_EXISTS: {
    kind: 'conflict',
    meaning: 'The object was to be created only if absent, and its key is taken.',
    advice: 'Read the object: it may be an earlier attempt of the same write.',
  },
  STORE_RANGE: {
    kind: 'damaged',
    meaning: 'The bytes asked for do not lie within the object.',
    advice: 'The object is shorter than whoever refers to it says: check the vault.',
  },
  STORE_FULL: {
    kind: 'limit',
    meaning: 'The store has no room left, or a quota is used up. Nothing of the object was kept.',
    advice: 'Free some space or raise the quota, then run it again.',
  },
  STORE_TOO_LARGE: {
    kind: 'limit',
    meaning: 'The object is larger than this store takes in one piece.',
    advice: 'Choose a smaller pack size for this vault.',
  },
  STORE_ACCESS: {
    kind: 'access',
    meaning: 'The store refused us: permissions do not allow this.',
    advice: 'Give this identity the right to read, write, list and delete below the prefix (s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket).',
  },
  STORE_CREDENTIALS: {
    kind: 'access',
    meaning: 'No credentials were found, or the store does not accept them.',
    advice: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile in AWS_PROFILE, or run with an instance role.',
  },
  STORE_CLOCK: {
    kind: 'access',
    meaning: 'The store rejects our signatures because its clock and ours differ.',
    advice: 'Set the clock of this machine (NTP), then run it again.',
  },
  STORE_TLS: {
    kind: 'access',
    meaning: 'The store could not prove its identity: its certificate does not verify.',
    advice: 'Give the certificate authority that signed it, or correct the name in the endpoint. Verification cannot be switched off.',
  },
  STORE_REGION: {
    kind: 'usage',
    meaning: 'The bucket is in another region than the one we were told.',
    advice: 'Name the right region in the address: s3://bucket/prefix?region=….',
  },
  STORE_ADDRESS: {
    kind: 'usage',
    meaning: 'The address or the options of a store cannot be used as written.',
    advice: 'Write s3://bucket/prefix?region=…, s3://bucket/prefix?endpoint=https://…, file:///folder or a plain path.',
  },
  STORE_KEY: {
    kind: 'usage',
    meaning: 'The key is not one that every store can hold.',
    advice: 'Use letters, digits, dot, underscore and hyphen in segments separated by single slashes.',
  },
  STORE_UNREACHABLE: {
    kind: 'unavailable',
    meaning: 'The store could not be reached, or broke the connection, more often than we try.',
    advice: 'Check network, name resolution and the endpoint, then run it again: work already stored is not repeated.',
  },
  STORE_THROTTLED: {
    kind: 'unavailable',
    meaning: 'The store kept asking us to slow down until our patience ended.',
    advice: 'Run it again later, or lower the number of movers that write to this bucket at once.',
  },
  STORE_DAMAGED: {
    kind: 'damaged',
    meaning: 'Length or checksum of an object differ from what they must be.',
    advice: 'When writing: suspect the memory of this machine. When reading: check the vault.',
  },
  STORE_UNSUITABLE: {
    kind: 'usage',
    meaning: 'The store lacks something a vault needs.',
    advice: 'Run `holdfast store probe` against it: it lists what is missing and what breaks without it.',
  },
  STORE_ARCHIVED: {
    kind: 'unavailable',
    meaning: 'The object is in an archive class and must be thawed before it can be read.',
    advice: 'Request its restoration from the archive (RestoreObject), wait until it is there, and run it again.',
  },
  STORE_ANSWER: {
    kind: 'unavailable',
    meaning: 'Something answered that does not speak S3, or not completely.',
    advice: 'Check the endpoint, and proxies on the way to it.',
  },
} as const;

export type StoreErrorCode = keyof typeof table;

export const storeErrors: RoomErrors<typeof table> = defineErrors(table);
