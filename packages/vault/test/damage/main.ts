import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge, truthOf, wholeObjectDamages } from './matrix.ts';
import { smallVault } from './small-vault.ts';

/**
 * `npm run damage -- [--every 1] [--chunker grid]`: flips every byte (or each n-th) of every object of a small vault, removes, cuts,
 * extends and exchanges each, and fails at what a check doesn’t find, locate and contain.
 */
const { values } = parseArgs({ options: { every: { type: 'string', default: '1' }, chunker: { type: 'string', default: 'page-cdc' } } });
const every = Number(values.every);
const folder = await mkdtemp(join(tmpdir(), 'holdfast-damage-'));
const small = await smallVault(values.chunker as 'page-cdc' | 'grid');
const wrong: string[] = [];
let flips = 0;
let others = 0;
try {
  const truth = await truthOf(small, join(folder, 'state.json'));
  for (const [key, { body }] of [...small.store.objects]) {
    for (let at = Math.floor(Math.random() * every); at < body.length; at += every) {
      const bytes = Buffer.from(body);
      bytes[at]! ^= 1 << (at & 7);
      const seen = await judge(truth, key, 'flip', bytes, at);
      if (seen !== undefined) wrong.push(`${key}, byte ${at} of ${body.length}: ${seen}`);
      flips++;
    }
    for (const { damage, what, bytes } of [...wholeObjectDamages(truth, key)]) {
      const seen = await judge(truth, key, damage, bytes);
      if (seen !== undefined) wrong.push(`${key}, ${what}: ${seen}`);
      others++;
    }
    console.error(`${key}: ${body.length} bytes`);
  }
} finally {
  await small.vault.close();
  await rm(folder, { recursive: true });
}
for (const line of wrong) console.log(line);
console.log(
  `${small.store.objects.size} objects, ${flips} bytes flipped one at a time, ${others} objects removed, cut, extended or exchanged: ${wrong.length} not as they must be`,
);
process.exitCode = wrong.length > 0 ? 1 : 0;
