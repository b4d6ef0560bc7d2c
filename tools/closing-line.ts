import type { Reporter, TestModule } from 'vitest/node';

/** How many checks failed before the tests began: `npm test` counts each as one failure. */
export const failedChecksVariable = 'HOLDFAST_FAILED_CHECKS';

/** Ends every run with the names of the tests that did not run, and one plain line that any CI can read: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length + Number(process.env[failedChecksVariable] ?? 0), skipped: 0 };
    const notRun: string[] = [];
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== 'pending') count[state] += 1;
        if (state === 'skipped') notRun.push(`${module.relativeModuleId}: ${test.fullName}`);
      }
    }
    // Vitest prints its own summary after this hook; the closing line belongs at the very end.
    process.once('exit', () => {
      if (notRun.length > 0) console.log(`\nnot run:\n${notRun.map((name) => `  ${name}`).join('\n')}`);
      console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    });
  }
}
