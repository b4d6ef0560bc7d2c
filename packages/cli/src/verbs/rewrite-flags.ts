import { formatBytes } from '@holdfast/kit';
import { type RewriteReport, rewritePacks, type Vault } from '@holdfast/vault';
import { type Command, InvalidArgumentError } from 'commander';
import type { VerbContext } from '../verb.ts';
import { bytesFlag } from './check-report.ts';

export interface RewriteFlags {
  readonly rewrite?: boolean;
  readonly rewriteBelow?: number;
  readonly rewriteBudget?: number;
}

const shareByDefault = 0.5;

export function addRewriteFlags(verb: Command): Command {
  return verb
    .option('--rewrite', 'before that, copy what points need of packs of which little is needed, so that those packs go, too')
    .option('--rewrite-below <percent>', 'rewrite packs of which less than this is needed, such as 30%; 50% when not given', percent)
    .option('--rewrite-budget <bytes>', 'read and write at most this much for it, such as 200GiB', bytesFlag);
}

function percent(text: string): number {
  const number = /^(\d{1,3})\s?%?$/.exec(text)?.[1];
  if (number === undefined || Number(number) < 1 || Number(number) > 100) throw new InvalidArgumentError('Give a share between 1% and 100%.');
  return Number(number) / 100;
}

/** `undefined` where it isn't asked for. */
export async function rewriteIfAsked(vault: Vault, context: VerbContext<RewriteFlags>, apply: boolean): Promise<RewriteReport | undefined> {
  const { options, output, surroundings } = context;
  if (options.rewrite !== true && options.rewriteBelow === undefined && options.rewriteBudget === undefined) return undefined;
  output.remark('reading the maps of all points, to find packs of which little is needed');
  let told = 0;
  const report = await rewritePacks(vault, {
    apply,
    below: options.rewriteBelow ?? shareByDefault,
    budgetBytes: options.rewriteBudget,
    signal: surroundings.signal,
    onProgress: ({ done, total }) => {
      if (done < total && done - told < total / 20) return;
      told = done;
      output.remark(`rewriting: ${formatBytes(done)} of ${formatBytes(total)}`);
    },
  });
  const { packs, bytes, freed, left, notices } = report;
  if (report.state === 'nothing to do') output.line('No pack is to be rewritten.');
  if (report.state === 'would rewrite')
    output.line(`${packs} packs would be rewritten: ${formatBytes(bytes)} read and written again, so that a collection frees ${formatBytes(freed)}.`);
  if (report.state === 'done')
    output.line(`${packs} packs were rewritten: ${formatBytes(bytes)} read and written again; collection frees ${formatBytes(freed)}.`);
  if (left.cold > 0) output.line(`${left.cold} packs of which as little is needed lie in classes that are read only after a thaw, and stay.`);
  if (left.kept > 0) output.line(`${left.kept} packs of which as little is needed may not go yet, and stay.`);
  if (left.budget > 0) output.line(`${left.budget} packs are left for another time: the budget ends before them.`);
  for (const notice of notices) output.line(`Not copied whole, and so it stays: ${notice}.`);
  return report;
}
