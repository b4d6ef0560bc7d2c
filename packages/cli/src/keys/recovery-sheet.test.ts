import { newRecoveryKey, tidyRecoveryKey } from '@holdfast/vault';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RecoverySheet, recoverySheet } from './recovery-sheet.ts';
import { renderHtml, renderText } from './sheet-page.ts';

const sheet = (changes: Partial<RecoverySheet> = {}): RecoverySheet => ({
  vaultId: '0123456789abcdef0123456789abcdef',
  store: 's3://backups/site-a?region=eu-central-1',
  recoveryKey: 'HF1-000G4-0R40M-30E20-9185G-R38E1-W8124-GK2GA-HC5RR-34D1P-70X3R-FP638',
  madeAt: Date.UTC(2026, 10, 22),
  version: '1.2.3',
  host: 'backup01',
  ...changes,
});

/** What somebody types who copies the lines between two headings. */
const typed = (text: string) => text.match(/HF1-[\s\S]*?(?=\n\n|<\/pre>)/)![0];

test.each([
  ['text', renderText],
  ['HTML', renderHtml],
])('as %s it names vault, store and date, and its key reads back whole', (_, render) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const recoveryKey = newRecoveryKey({ bytes: () => bytes } as never);
      const page = render(recoverySheet(sheet({ recoveryKey })));
      expect(tidyRecoveryKey(typed(page))).toBe(recoveryKey);
    }),
    { numRuns: 20 },
  );
  const page = render(recoverySheet(sheet()));
  for (const part of [sheet().vaultId, sheet().store, '2026-11-22', 'backup01', '1.2.3']) expect(page).toContain(part);
});

test('text stays within a page’s width, but for commands, which are never broken', () => {
  const lines = renderText(recoverySheet(sheet())).split('\n');
  expect(lines.filter((line) => line.length > 80 && !line.startsWith('    npx'))).toEqual([]);
});

test('HTML needs nothing from elsewhere, and a name can’t break out of it', () => {
  const page = renderHtml(recoverySheet(sheet({ host: '<script>alert(1)</script>', store: `/srv/"a" & <b>` })));
  expect(page).not.toMatch(/<script|src=|href=|url\(|@import/);
  expect(page).toContain('/srv/&quot;a&quot; &amp; &lt;b&gt;');
});

test('a place with odd characters is one word for the shell', () => {
  expect(renderText(recoverySheet(sheet({ store: "/mnt/it's here" })))).toContain(`--store '/mnt/it'\\''s here' `);
  expect(renderText(recoverySheet(sheet()))).toContain(`--store 's3://backups/site-a?region=eu-central-1' `);
  expect(renderText(recoverySheet(sheet({ store: '/srv/vault' })))).toContain('--store /srv/vault ');
});

test('a bucket’s sheet tells of credentials, a folder’s of the storage it lies on', () => {
  expect(renderText(recoverySheet(sheet()))).toContain('AWS_ACCESS_KEY_ID');
  expect(renderText(recoverySheet(sheet({ store: '/srv/vault' })))).not.toContain('AWS');
});
