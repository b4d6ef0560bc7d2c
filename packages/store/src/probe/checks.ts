import type { StoreCheck } from './check.ts';
import { conditionalChecks } from './conditional-checks.ts';
import { integrityChecks } from './integrity-checks.ts';
import { listingChecks } from './listing-checks.ts';
import { objectChecks } from './object-checks.ts';

/** Everything a vault asks of a store. The first one tells whether anything works at all. */
export const storeChecks: readonly StoreCheck[] = [...objectChecks, ...conditionalChecks, ...integrityChecks, ...listingChecks];
