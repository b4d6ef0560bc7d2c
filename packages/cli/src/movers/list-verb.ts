import { listMovers, type MoverEntry } from '@holdfast/vault';
import type { VaultFlags } from '../flags.ts';
import { renderTable } from '../table.ts';
import { withVault } from '../vault-session.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';

const damagedExitCode = 7;

export async function listVerb(context: VerbContext<VaultFlags>): Promise<VerbOutcome> {
  const { output } = context;
  const { movers, unreadable } = await withVault(context, listMovers);
  output.line(movers.length === 0 ? 'The vault lists no write-only movers.' : renderTable(columns, movers.map(row)));
  for (const { key, reason } of unreadable) output.warn(`not counted: ${key}: ${reason}`);
  return { result: { movers, unreadable }, exitCode: unreadable.length > 0 ? damagedExitCode : 0 };
}

const columns = [{ title: 'mover' }, { title: 'id' }, { title: 'added' }, { title: 'removed' }];

function row({ id, name, addedAt, removedAt }: MoverEntry): string[] {
  return [name, id, addedAt, removedAt === undefined ? '' : removedAt || 'at an unknown time'];
}
