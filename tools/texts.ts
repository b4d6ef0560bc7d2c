/** Small rules about what stands in the files, whatever their language. */
import { homedir, hostname } from 'node:os';
import { posix } from 'node:path';
import { lineAt, type SourceFile, type Violation } from './source-file.ts';

/** Names of the machine this runs on that must not have got into the project. */
export function machineNames(environment: NodeJS.ProcessEnv, root: string): string[] {
  const urls = ['npm_config_registry', 'PIP_INDEX_URL', 'GOPROXY'].flatMap((name) => (environment[name] ?? '').split(/[,|]/));
  const hosts = urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : [])).filter((host) => host !== '');
  const host = hostname();
  // A bare name such as "vm" or "localhost" is a word, not a trace.
  return [...hosts, `${root}/`, `${homedir()}/`, ...(host.length >= 8 && host !== 'localhost' ? [host] : [])];
}

export function checkTexts(files: readonly SourceFile[], forbidden: readonly string[]): Violation[] {
  return files.flatMap((file) => [
    ...matches(file, /\b(?:T[O]DO|F[I]XME|X[X]X)\b/g, 'unfinished', 'finish it, or write down in the docs what is not there yet'),
    ...(/\.test\.ts$/.test(file.path) ? matches(file, /\b(?:test|it|describe)\.only\b/g, 'focused-test', 'the other tests would not run') : []),
    ...(/package-lock\.json$/.test(file.path)
      ? matches(file, /"resolved": "http/g, 'lock-address', 'the lock file names where a package was downloaded from')
      : []),
    ...forbidden.flatMap((name) => matches(file, new RegExp(RegExp.escape(name), 'g'), 'machine-name', 'a name of the machine it was written on')),
    ...(file.path.endsWith('.md') ? [...deadLinks(file, files), ...missingTests(file, files)] : []),
  ]);
}

function matches(file: SourceFile, pattern: RegExp, rule: string, message: string): Violation[] {
  return [...file.text.matchAll(pattern)].map((match) => ({ path: file.path, line: lineAt(file.text, match.index), rule, message: `${match[0]}: ${message}` }));
}

/** Links between the project's own pages: the file must be there, and the heading in it. */
function deadLinks(file: SourceFile, files: readonly SourceFile[]): Violation[] {
  const prose = file.text.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, ' '));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = match[1] as string;
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const full = path === '' ? file.path : posix.normalize(posix.join(posix.dirname(file.path), path)).replace(/\/$/, '');
    const page = files.find((other) => other.path === full);
    const found = page !== undefined || files.some((other) => other.path.startsWith(`${full}/`));
    const message = !found ? `${target} leads to no file` : anchor && page && !anchors(page.text).has(anchor) ? `${target} leads to no heading` : undefined;
    return message === undefined ? [] : [{ path: file.path, line: lineAt(file.text, match.index), rule: 'dead-link', message }];
  });
}

/** A page that says `[file](x.test.ts): *title*` promises a test of that title. */
function missingTests(file: SourceFile, files: readonly SourceFile[]): Violation[] {
  return [...file.text.matchAll(/\]\(([^)\s]+\.test\.ts)\): \*([^*]+)\*/g)].flatMap((match) => {
    const [, path = '', title = ''] = match;
    const test = files.find((other) => other.path === posix.normalize(posix.join(posix.dirname(file.path), path)));
    if (test === undefined || test.text.includes(title)) return [];
    return [{ path: file.path, line: lineAt(file.text, match.index), rule: 'missing-test', message: `${test.path} has no test "${title}"` }];
  });
}

/** GitHub's names for headings. */
function anchors(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
  const explicit = [...markdown.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1] as string);
  return new Set([...headings, ...explicit]);
}
