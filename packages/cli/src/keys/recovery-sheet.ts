import type { Block } from './sheet-page.ts';

export interface RecoverySheet {
  readonly vaultId: string;
  /** a whole path, or `s3://…` with all that is needed to reach it; holds no secret */
  readonly store: string;
  readonly recoveryKey: string;
  /** ARNs of the keys of AWS KMS that open the vault, too */
  readonly kmsKeys?: readonly string[];
  /** milliseconds since 1970 */
  readonly madeAt: number;
  readonly version: string;
  readonly host: string;
}

/** Everything that somebody needs who has this sheet and nothing else: no machine of ours, no configuration, no passphrase. */
export function recoverySheet({ vaultId, store, recoveryKey, kmsKeys = [], madeAt, version, host }: RecoverySheet): Block[] {
  const s3 = store.startsWith('s3://');
  const place = `--store ${shellWord(store)} --recovery-key-file recovery.key`;
  const text = (words: string): Block => ({ kind: 'text', text: words });
  const heading = (words: string): Block => ({ kind: 'heading', text: words });
  const exact = (...lines: string[]): Block => ({ kind: 'exact', lines });
  return [
    { kind: 'title', text: 'Holdfast recovery sheet' },
    text(
      `Whoever holds this sheet and may read the ${s3 ? 'bucket' : 'folder'} named here can read every backup in it. Keep it on paper, locked away, and apart from the backups. Print it, and delete the file.`,
    ),
    {
      kind: 'facts',
      facts: [
        ['Vault', vaultId],
        ['Store', store],
        ['Made', `${new Date(madeAt).toISOString().slice(0, 10)}, by Holdfast ${version} on ${host}`],
      ],
    },
    heading('Recovery key'),
    exact(...keyLines(recoveryKey)),
    text(
      'Eleven groups of five behind HF1. There is no letter I, L, O or U in it: what looks like one is the digit 1 or 0. Capitals, blanks and line breaks make no difference. The end is a check, so that a mistyped, missing or swapped character is noticed before the key is tried.',
    ),
    heading('1. A machine'),
    text(
      'Take any Linux machine (x86-64 or ARM64) with git and npm, and get Holdfast onto it, this version or a later one. Write down now where its repository, or your copy of it, is to be had:',
    ),
    exact('_'.repeat(60)),
    exact('git clone ADDRESS holdfast', 'cd holdfast && npm ci'),
    ...(s3
      ? [
          text(
            'It needs credentials that may list and read the bucket. They are not on this sheet. Whoever administers the AWS account or the object store can make new ones:',
          ),
          exact('export AWS_ACCESS_KEY_ID=...', 'export AWS_SECRET_ACCESS_KEY=...'),
        ]
      : [text('Attach the storage that holds the folder. Where it appears under another path, use that in place of the one printed here.')]),
    heading('2. The key'),
    text('Run this, type the recovery key as it is printed above, then Enter and Ctrl-D:'),
    exact('(umask 077; cat > recovery.key)'),
    text('Does it open the vault?'),
    exact(`npx holdfast vault key test ${place}`),
    heading('3. The backups'),
    text('What is there:'),
    exact(`npx holdfast points ${place}`),
    text('One disk of a VM, to a file; NAME is the VM’s name in the list:'),
    exact(`npx holdfast restore disk --vm NAME --to NAME.raw ${place}`),
    text('A whole VM, into a vCenter:'),
    exact(`npx holdfast restore vm --vm NAME --vcenter https://VCENTER --username USER ${place}`),
    text('Either takes --at 2026-11-21 for an older point, --dry-run to change nothing, and --help.'),
    heading('4. Afterwards'),
    text('To go on using the vault, give it a new passphrase:'),
    exact(`npx holdfast vault key add --kind passphrase ${place}`),
    ...(kmsKeys.length === 0
      ? []
      : [
          text(
            'When this sheet was made, the vault also opened with AWS KMS, by --kms-key and the name below in place of the recovery key’s file, for whoever may decrypt with that key. Don’t count on it: it goes with its AWS account.',
          ),
          exact(...kmsKeys),
        ]),
    heading('Without Holdfast'),
    text('The format is public: docs/vault-format.md in the same repository says what every byte in the store means, and this key is all that is secret.'),
  ];
}

const groupsInALine = 4;

/** As it is typed: a line may end behind any hyphen. */
function keyLines(recoveryKey: string): string[] {
  const [prefix, ...groups] = recoveryKey.split('-');
  const lines: string[] = [];
  for (let at = 0; at < groups.length; at += groupsInALine) lines.push(groups.slice(at, at + groupsInALine).join('-'));
  return lines.map((line, index) => (index === 0 ? `${prefix}-` : '    ') + line + (index === lines.length - 1 ? '' : '-'));
}

/** One word for a POSIX shell, quoted only where it must be. */
const shellWord = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
