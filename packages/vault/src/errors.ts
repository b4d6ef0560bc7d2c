import { defineErrors } from '@holdfast/kit';

export const vaultErrors = defineErrors({
  VAULT_ABSENT: {
    kind: 'absent',
    meaning: 'The store holds no vault: `vault.json` is proven not to be there.',
    advice: 'Check the store’s address, or create a vault with `holdfast vault create`.',
  },
  VAULT_EXISTS: {
    kind: 'conflict',
    meaning: 'The store holds a vault already; creating another would make both unreadable.',
    advice: 'Use that vault, or another prefix or folder.',
  },
  VAULT_NOT_UNDERSTOOD: {
    kind: 'usage',
    meaning: 'The vault was written by a newer version, or `vault.json` isn’t one of ours.',
    advice: 'Use the version of Holdfast that created it, or a newer one.',
  },
  VAULT_ALTERED: {
    kind: 'damaged',
    meaning: '`vault.json` isn’t the one that the keys were made for.',
    advice: 'Restore `vault.json` from a copy of the bucket or an older object version; don’t write to this vault before that.',
  },
  VAULT_KEY_WRONG: {
    kind: 'access',
    meaning: 'The passphrase, recovery key or AWS KMS key opens no key slot of this vault.',
    advice: 'Check the secret and that this is the vault it belongs to; `holdfast vault key list` shows which keys of AWS KMS it has slots for.',
  },
  RECOVERY_KEY_MALFORMED: {
    kind: 'usage',
    meaning: 'The text is no recovery key: a character is missing, added or mistyped.',
    advice: 'Type it again as printed: HF1- and eleven groups of five.',
  },
  KEY_SLOT_ABSENT: {
    kind: 'absent',
    meaning: 'The vault has no key slot with this id.',
    advice: 'List the slots with `holdfast vault key list`.',
  },
  KEY_SLOT_UNVERIFIED: {
    kind: 'damaged',
    meaning: 'A new key slot was stored, but doesn’t open when read back.',
    advice: 'Remove that slot with `holdfast vault key remove`, check the store with `holdfast store probe`, and try again; go on using the old key.',
  },
  KEY_SLOT_REFUSED: {
    kind: 'damaged',
    meaning:
      'A key slot names an AWS KMS key which says that it didn’t wrap this, or not for this vault and slot: the slot was altered, or copied from elsewhere.',
    advice: 'Open the vault with another key; then remove the slot and add a new one.',
  },
  KEY_SERVICE_ANSWER: {
    kind: 'unavailable',
    meaning: 'A key service answered something other than a data key of 32 bytes.',
    advice: 'Check the endpoint that answers for AWS KMS.',
  },
  KEY_LAST: {
    kind: 'conflict',
    meaning: 'The last key slot of a vault isn’t removed: nobody could read the vault afterwards.',
    advice: 'Add another key first.',
  },
  KEY_LAST_RECOVERY: {
    kind: 'conflict',
    meaning: 'The last recovery key of a vault isn’t removed unless it is asked for: a lost passphrase would then mean a lost vault.',
    advice: 'Add another recovery key first, or insist with --force.',
  },
  KEY_PROOF_MISSING: {
    kind: 'access',
    meaning: 'A key slot is removed only by somebody who proves that he holds another key that opens the vault.',
    advice: 'Open the vault with the key that is to stay, or give that one in addition.',
  },
  KEY_CONFLICT: {
    kind: 'conflict',
    meaning: 'Two removals of keys at once would have left each other without a key.',
    advice:
      'List the slots with `holdfast vault key list`, and try again when the other removal has ended; a slot noted as being removed can only be removed to the end.',
  },
  KEY_NOT_REMOVED: {
    kind: 'unavailable',
    meaning: 'The store did not delete a key slot.',
    advice: 'Check that this user may delete under `keys/` and that the object isn’t locked, and remove the slot again.',
  },
  KEY_KIND: {
    kind: 'usage',
    meaning: 'A key slot is rotated to a new key of its own kind only.',
    advice: 'To go over to another kind, add a key with `holdfast vault key add` and remove the old slot.',
  },
  KEY_SAME: {
    kind: 'usage',
    meaning: 'A passphrase or recovery key can’t be changed to itself.',
    advice: 'Choose another one.',
  },
  VAULT_READ_ONLY: {
    kind: 'access',
    meaning: 'The store lets this user read the vault, and not write to it.',
    advice: 'Use credentials that may write (`holdfast vault policy --role writer`). Listing, checking and restoring work with these.',
  },
  VAULT_FENCED: {
    kind: 'conflict',
    meaning: 'A collector gave this session up before it could commit, and its point may not be used.',
    advice: 'Run the backup again; raise the lease if the machine was only paused.',
  },
  VAULT_WRITE_ONLY: {
    kind: 'access',
    meaning: 'The vault was opened with the key of a write-only mover, which backs up and can do nothing else.',
    advice: 'Open the vault with its passphrase or a recovery key, on a machine that may read it.',
  },
  VAULT_WITHOUT_MOVERS: {
    kind: 'usage',
    meaning: 'The vault wasn’t created for write-only movers, and a vault’s description never changes.',
    advice: 'Create another vault with `holdfast vault create --write-only-movers`, or give the machine a key that can read, too.',
  },
  MOVER_NAME: {
    kind: 'usage',
    meaning: 'The name given to a mover can’t be one.',
    advice: 'Take up to 63 letters, digits, dots, hyphens and underscores, the first a letter or digit.',
  },
  MOVER_EXISTS: {
    kind: 'conflict',
    meaning: 'The vault lists a mover of this name already.',
    advice: 'Take another name, or remove that one with `holdfast vault mover remove`.',
  },
  MOVER_ABSENT: {
    kind: 'absent',
    meaning: 'The vault lists no mover of this name or id.',
    advice: 'List them with `holdfast vault mover list`.',
  },
  MOVER_KEY_MALFORMED: {
    kind: 'usage',
    meaning: 'What was given as the key of a write-only mover isn’t one.',
    advice: 'Give the file that `holdfast vault mover add` wrote, whole and unchanged.',
  },
  MOVER_KEY_WRONG: {
    kind: 'access',
    meaning: 'The key of a write-only mover isn’t one of this vault, or its passphrase is wrong.',
    advice: 'Check the passphrase, and that the key file was made for this vault.',
  },
  INDEX_UNVOUCHED: {
    kind: 'access',
    meaning: 'An index object of a write-only mover is used by that mover alone until somebody with the master key has read what it names.',
    advice: 'Run `holdfast vault mover vouch` with the passphrase or a recovery key.',
  },
  VAULT_CONFLICT: {
    kind: 'conflict',
    meaning: 'A key that only this session may write holds something else.',
    advice: 'Check who else writes to this store; nothing of the other content was changed.',
  },
  VAULT_COMMIT_UNKNOWN: {
    kind: 'unavailable',
    meaning: 'The store stopped answering during the commit, so that the point may or may not exist.',
    advice: 'List the points when the store answers again; running the backup again is safe either way.',
  },
  OBJECT_DAMAGED: {
    kind: 'damaged',
    meaning: 'An object of the vault was altered, truncated or exchanged: it doesn’t open under its key and name.',
    advice: 'Restore that object from a replica or an older object version; other points aren’t affected unless they need it.',
  },
  PACK_DAMAGED: {
    kind: 'damaged',
    meaning: 'A slot of a pack doesn’t hold what was written.',
    advice: 'Restore the pack from a replica or an older object version, or restore another point.',
  },
  PACK_ABSENT: {
    kind: 'damaged',
    meaning: 'A pack that a point needs is proven not to be in the store.',
    advice: 'Restore the pack from a replica or an older object version, or restore another point.',
  },
  POINT_ABSENT: {
    kind: 'absent',
    meaning: 'There is no such recovery point.',
    advice: 'List the points with `holdfast points`.',
  },
  POINT_UNREADABLE: {
    kind: 'damaged',
    meaning: 'The manifest of a recovery point is there but can’t be read.',
    advice: 'Restore the object from a replica or an older object version; choose another point meanwhile.',
  },
  RETENTION_POLICY: {
    kind: 'usage',
    meaning: 'A retention policy would keep nothing, or names a count or time zone that can’t be meant.',
    advice: 'Give at least one count of points to keep, and an IANA time zone such as Europe/Prague.',
  },
  POINT_DELETED: {
    kind: 'conflict',
    meaning: 'The recovery point has been deleted, though collection hasn’t removed it yet.',
    advice: 'See `holdfast points --deleted` for who did it and why; `holdfast points undelete` brings it back.',
  },
  POINT_HELD: {
    kind: 'conflict',
    meaning: 'The recovery point is under legal hold.',
    advice: 'Release the hold with `holdfast points release` if its reason is gone.',
  },
  POINT_NOT_MARKED: {
    kind: 'usage',
    meaning: 'There is nothing to take back: the recovery point isn’t deleted, or isn’t under legal hold.',
    advice: 'See `holdfast points` and `holdfast points --deleted`.',
  },
  POINT_CONDEMNED: {
    kind: 'conflict',
    meaning: 'A deleted recovery point can’t be brought back: a collection is removing what it needs, or has done so.',
    advice: 'Choose another point; if the collection ends without removing it, trying again may succeed.',
  },
  POINT_MARK_LEFT: {
    kind: 'unavailable',
    meaning: 'A deletion or a legal hold was to be taken back, and the store did not delete the object that says it.',
    advice: 'Check that this user may delete under `deleted/` and `holds/`, and try again.',
  },
  CHUNK_ALTERED: {
    kind: 'damaged',
    meaning: 'A chunk didn’t decode to what was read from the disk: memory or processor of this machine is at fault.',
    advice: 'Test this machine’s memory; nothing was committed.',
  },
  SESSION_ENDED: {
    kind: 'cancelled',
    meaning: 'The session was ended or has failed before.',
    advice: 'Begin a new session.',
  },
  SESSION_LEFT: {
    kind: 'unavailable',
    meaning: 'A session has ended, but the store did not delete the object that says it is present.',
    advice: 'Check that this user may delete under `sessions/`; until its lease has run out, the object only delays collection.',
  },
  VAULT_DISK_TOO_LARGE: {
    kind: 'limit',
    meaning: 'The disk is larger than a disk map can hold.',
    advice: 'The limit is 62 TiB, vSphere’s own.',
  },
  CHECK_STATE_FOREIGN: {
    kind: 'usage',
    meaning: 'The file named for a check’s state is something else, or belongs to another vault.',
    advice: 'Name another file; one that isn’t there is created.',
  },
  POINT_PART_ABSENT: {
    kind: 'absent',
    meaning: 'The recovery point has no such disk or file.',
    advice: 'Look at what the point holds with `holdfast points`.',
  },
  RESTORE_REFUSED: {
    kind: 'conflict',
    meaning: 'The recovery point was committed while a collection was under way, and needs packs that this collection may still remove.',
    advice: 'Let the collection end with `holdfast vault collect --apply`: it spares what points need. Then restore again; or choose an older point.',
  },
  RESTORE_FENCED: {
    kind: 'conflict',
    meaning: 'A collector gave this restore up, since nothing was heard of it for too long; then the point was deleted and collected.',
    advice: 'Restore another point. A machine that sleeps, or loses the store for half an hour, can’t hold collection off.',
  },
  LOCKS_UNSUPPORTED: {
    kind: 'usage',
    meaning: 'The vault is to be immutable, and its store can’t lock objects, or isn’t set up for it.',
    advice: 'Create a bucket with Object Lock switched on (and with it versions) and without a default retention.',
  },
  IMMUTABLE_DAYS: {
    kind: 'usage',
    meaning: 'A number of days of immutability was given that can’t be, or to a vault without immutability.',
    advice: 'Give it when the vault is created: `holdfast vault create --immutable compliance --immutable-days 30`.',
  },
  LOCK_REFUSED: {
    kind: 'access',
    meaning: 'The store refused to lock an object that a point needs, so that the point could not keep its promise.',
    advice: 'Give this identity the right s3:PutObjectRetention, and allow it periods as long as the vault’s and 61 days.',
  },
  COLLECTION_REFUSED: {
    kind: 'damaged',
    meaning: 'Something that says what is needed is absent or unreadable, so that collection can’t tell what isn’t.',
    advice: 'Check the vault, and restore that object from a replica or an older version, or delete the point that it belongs to.',
  },
  COLLECTION_INCOMPLETE: {
    kind: 'unavailable',
    meaning: 'The store did not delete an object that nobody needs.',
    advice: 'Check that this user may delete there and that the object isn’t locked; the next collection goes on.',
  },
  REWRITE_REFUSED: {
    kind: 'usage',
    meaning: 'The packs of this vault can’t be rewritten.',
    advice: 'Collect without rewriting: packs go as soon as nothing needs them.',
  },
  WORKER_FAILED: {
    kind: 'internal',
    meaning: 'A worker thread of the pipeline ended unexpectedly.',
    advice: 'Run again; if it happens twice, report it with the log. Nothing was committed.',
  },
});
