import { defineErrors, type RoomErrors } from '@holdfast/kit';

const table = {
  KMS_ADDRESS: {
    kind: 'usage',
    meaning: 'The name of an AWS KMS key, or the endpoint it is asked at, can’t be used as written, or the key is of a kind that doesn’t encrypt data keys.',
    advice:
      'Give the ARN of a symmetric encryption key itself, arn:aws:kms:REGION:ACCOUNT:key/ID, not of an alias: an alias can be pointed at another key. An endpoint is https://host.',
  },
  KMS_ACCESS: {
    kind: 'access',
    meaning: 'AWS KMS refused: this identity may not use the key for this. A key in another account that doesn’t exist is refused in the same way.',
    advice: 'Opening a vault needs kms:Decrypt on the key; adding a key slot needs kms:GenerateDataKey as well. `holdfast vault policy` prints the policies.',
  },
  KMS_CREDENTIALS: {
    kind: 'access',
    meaning: 'No AWS credentials were found for AWS KMS, or it does not accept them.',
    advice:
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile in AWS_PROFILE, or run with an instance role; see that the clock of this machine is right.',
  },
  KMS_KEY_ABSENT: {
    kind: 'absent',
    meaning: 'AWS KMS answered that there is no such key in this account and region.',
    advice: 'Check the ARN. A key that was deleted is gone for ever, and so is what its slot opened: use another key of the vault.',
  },
  KMS_KEY_STATE: {
    kind: 'unavailable',
    meaning: 'The AWS KMS key is disabled, waits for its deletion, or can’t be used for another reason of its state.',
    advice:
      'Enable the key; if it is pending deletion, cancel that before its last day (aws kms cancel-key-deletion). Until then open the vault with another key, such as the recovery key.',
  },
  KMS_THROTTLED: {
    kind: 'unavailable',
    meaning: 'AWS KMS kept asking us to slow down until our patience ended.',
    advice: 'Run it again later; the quota of requests is shared by everything in this account and region.',
  },
  KMS_UNREACHABLE: {
    kind: 'unavailable',
    meaning: 'AWS KMS could not be reached, or did not answer, more often than we try.',
    advice: 'Check network, name resolution, and the endpoint if one is given. Until then open the vault with another key, such as the recovery key.',
  },
  KMS_TLS: {
    kind: 'access',
    meaning: 'The server that answered for AWS KMS could not prove its identity: its certificate does not verify.',
    advice: 'Name the authority that signed it in NODE_EXTRA_CA_CERTS, or correct the endpoint. Verification cannot be switched off.',
  },
} as const;

export type KmsErrorCode = keyof typeof table;

/** What may go wrong between us and AWS KMS. */
export const kmsErrors: RoomErrors<typeof table> = defineErrors(table);
