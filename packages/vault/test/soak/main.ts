import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

/** `npm run soak -- [--minutes 10] [--store s3|folder|both] [--seed 1] [--plant]`: fails at the first violation, and leaves what it found. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    store: { type: 'string', default: 'both' },
    seed: { type: 'string', default: '1' },
    plant: { type: 'boolean', default: false },
  },
});
const kinds = values.store === 'both' ? (['s3', 'folder'] as const) : [values.store === 's3' ? ('s3' as const) : ('folder' as const)];
for (const kind of kinds) {
  console.log(`${kind}, seed ${values.seed}, ${values.minutes} minutes`);
  const seconds = Number(values.minutes) * 60;
  const { violations, figures, planted, folder } = await soak({
    ...{ kind, seconds, seed: Number(values.seed), plant: values.plant, judgeEvery: 140 },
    say: (line) => console.log(line),
  });
  for (const [name, figure] of Object.entries(figures)) console.log(`  ${name.padEnd(44)} ${figure}`);
  for (const { what, found } of planted) console.log(`  planted: ${what}\n    ${found ?? 'NOT FOUND'}`);
  for (const violation of violations) console.log(`  VIOLATION ${violation}`);
  if (folder !== undefined) console.log(`  vault and journals are in ${folder}`);
  if (violations.length > 0 || planted.some(({ found }) => found === undefined)) process.exit(1);
}
