/**
 * A pattern over VM names or inventory paths: `*` and `?` stand for characters within one path part, `**` for any number of parts.
 * Compared without regard to case, as vCenter does.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/\*\*|[*?]|[\\^$.|+()[\]{}]/g, (token) => {
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return `\\${token}`;
  });
  const expression = new RegExp(`^${source}$`, 'iu');
  return (text) => expression.test(text);
}
