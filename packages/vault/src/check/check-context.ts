import type { RecordsContext } from './check-records.ts';
import type { Damage } from './damage.ts';
import type { PackTable } from './pack-table.ts';

/** What the steps of one check share. */
export interface CheckContext extends RecordsContext {
  readonly table: PackTable;
  readonly damage: Damage;
}
