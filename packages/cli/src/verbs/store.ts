import { probeStore } from '@holdfast/store';
import type { Command } from 'commander';
import { addStoreFlags, type StoreFlags } from '../flags.ts';
import type { Surroundings } from '../surroundings.ts';
import { openStoreOf } from '../vault-access.ts';
import { type ExitState, tieVerb, type VerbContext, type VerbOutcome } from '../verb.ts';

export function addStoreVerbs(program: Command, surroundings: Surroundings, state: ExitState): void {
  const store = program.command('store').description('look at the place where a vault lies');
  const probe = addStoreFlags(store.command('probe'))
    .description('try whether a store does all that a vault needs of it; what the trial writes is deleted again')
    .addHelpText('after', '\nExample:\n  holdfast store probe --store s3://backups/site-a --endpoint https://s3.example.com --region us-east-1');
  tieVerb<StoreFlags>(probe, surroundings, state, probeVerb);
}

async function probeVerb(context: VerbContext<StoreFlags>): Promise<VerbOutcome> {
  const { output, surroundings } = context;
  const store = openStoreOf(context, true);
  try {
    const results = [];
    for await (const result of probeStore(store, undefined, surroundings)) {
      surroundings.signal.throwIfAborted();
      results.push(result);
      output.line(
        `${result.ok ? 'ok    ' : 'FAILED'}  ${result.check}${result.ok ? '' : `\n        ${result.detail}\n        needed because: ${result.requirement}`}`,
      );
    }
    const failed = results.filter((result) => !result.ok).length;
    output.line();
    output.line(
      failed === 0
        ? `${store.description} does all that a vault needs.`
        : `${failed} of ${results.length} checks failed: don’t keep a vault in ${store.description}.`,
    );
    return { result: { store: store.description, checks: results }, exitCode: failed === 0 ? 0 : 1 };
  } finally {
    await store.close();
  }
}
