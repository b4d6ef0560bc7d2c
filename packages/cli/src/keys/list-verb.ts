import { type KeySlotEntry, listKeys } from '@holdfast/vault';
import type { StoreFlags } from '../flags.ts';
import { renderTable } from '../table.ts';
import type { VerbContext, VerbOutcome } from '../verb.ts';
import { withStore } from './with-store.ts';

const damagedExitCode = 7;

export async function listVerb(context: VerbContext<StoreFlags>): Promise<VerbOutcome> {
  const { output } = context;
  const { vaultId, slots } = await withStore(context, listKeys);
  output.line(`Vault ${vaultId}`);
  output.line();
  output.line(renderTable([{ title: 'slot' }, { title: 'kind' }, { title: 'added' }, { title: 'state' }], slots.map(row)));
  if (slots.some(({ removing }) => removing)) output.remark('A removal that was interrupted is finished with "holdfast vault key remove ID".');
  return { result: { vaultId, slots }, exitCode: slots.some(({ state }) => state === 'damaged' || state === 'misplaced') ? damagedExitCode : 0 };
}

function row({ id, kind = '?', kmsKey, createdAt = '?', state, reason, removing }: KeySlotEntry): string[] {
  return [
    id,
    kmsKey === undefined ? kind : `${kind} ${kmsKey}`,
    createdAt,
    [state, ...(reason === undefined ? [] : [reason]), ...(removing ? ['being removed'] : [])].join(': '),
  ];
}
