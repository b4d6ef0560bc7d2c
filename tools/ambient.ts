/**
 * Time and chance come in as arguments (`Clock` and `Random` of the kit), so that a test can run a year in a second
 * and repeat a run from its seed. This finds product code that takes them from the air.
 *
 * A line that has to (a socket's own time-out, say) carries `// ambient: <why>`.
 */
import { isTest, lineAt, type SourceFile, type Violation } from './source-file.ts';

const ambient = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\bset(?:Timeout|Interval)\(|\bprocess\.hrtime\b/g;

/** Where they enter: the kit's own clock, and the process's entry points. */
const entryPoints = ['packages/kit/src/environment.ts', 'packages/cli/src/main.ts'];

export function checkAmbient(files: readonly SourceFile[]): Violation[] {
  return files.flatMap(({ path, text }) => {
    if (!/^packages\/[^/]+\/src\/.*\.ts$/.test(path) || isTest(path) || entryPoints.includes(path)) return [];
    const lines = text.split('\n');
    return [...text.matchAll(ambient)].flatMap((match) => {
      const line = lineAt(text, match.index);
      const written = lines[line - 1] as string;
      if (/^\s*(?:\*|\/\/)/.test(written) || /\/\/ ambient: \S/.test(written)) return [];
      return [{ path, line, rule: 'ambient', message: `${match[0]} is taken from the air: take a Clock or Random as an argument` }];
    });
  });
}
