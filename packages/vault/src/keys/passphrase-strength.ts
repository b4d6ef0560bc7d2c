/** Shorter ones are refused unless the user insists: a thief of the bucket can guess without end. */
export const passphraseLengthMin = 12;

export interface PassphraseJudgement {
  /** `empty` is never taken, `short` only when the user insists */
  readonly verdict: 'empty' | 'short' | 'long enough';
  /** in sentences, what makes it easier to guess than its length says */
  readonly warnings: readonly string[];
}

const commonWords =
  /pass ?word|pass ?phrase|passwort|geheim|secret|letmein|welcome|admin|root|qwert[yz]|holdfast|backup|vmware|vsphere|veeam|changeme|monkey|dragon/g;
const keyboardRows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm'];
const runLength = 5;
/** what of a passphrase has to be left when common words and runs are taken out */
const remainderMin = 8;
const distinctMin = 6;

/** Length counts characters as people see them written (code points after NFC), not bytes. */
export function judgePassphrase(passphrase: string): PassphraseJudgement {
  const characters = [...passphrase.normalize('NFC')];
  if (characters.length === 0) return { verdict: 'empty', warnings: [] };
  const text = characters.join('').toLowerCase();
  const warnings: string[] = [];
  if (/^\s|\s$/.test(text)) warnings.push('It begins or ends with a blank, which is easily lost when it is typed.');
  if (/^(.{1,6}?)\1+$/su.test(text)) warnings.push('It is one short piece repeated.');
  else if (new Set(characters).size < distinctMin) warnings.push(`It uses fewer than ${distinctMin} different characters.`);
  if (/^\d+$/.test(text)) warnings.push('It is digits only.');
  const remainder = withoutRuns(text.replaceAll(commonWords, '').replaceAll(/(?:19|20)\d\d/g, ''));
  if (remainder.length < Math.min(remainderMin, text.length)) warnings.push('It is mostly a common word, a year or keys in a row, which are guessed first.');
  return { verdict: characters.length < passphraseLengthMin ? 'short' : 'long enough', warnings };
}

/** Takes out runs along a keyboard, the alphabet or the digits, in either direction. */
function withoutRuns(text: string): string {
  const rows = [...keyboardRows, ...keyboardRows.map((row) => [...row].reverse().join(''))];
  const runs = rows.flatMap((row) => Array.from({ length: row.length - runLength + 1 }, (_, at) => row.slice(at, at + runLength)));
  const covered = new Set<number>();
  for (const run of runs)
    for (let at = text.indexOf(run); at >= 0; at = text.indexOf(run, at + 1)) for (let index = at; index < at + runLength; index++) covered.add(index);
  return [...text].filter((_, index) => !covered.has(index)).join('');
}
