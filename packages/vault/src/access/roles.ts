/** Who works with a vault's store, and for what. */
export type AccessRole = 'writer' | 'reader' | 'collector' | 'administrator' | 'auditor';

export interface RoleDescription {
  /** what one does with it, as it goes on behind “for” */
  readonly purpose: string;
  /** Which objects it makes; nothing that is there is overwritten, but for repairs by the administrator. */
  readonly creates: readonly string[];
  readonly deletes: readonly string[];
  /** what it locks for longer, where there are locks, though others made it */
  readonly extends?: readonly string[];
}

/** The kinds of objects in a vault (docs/vault-format.md §1), by how their keys begin. */
export const objectPrefixes = [
  'vault.json',
  'keys/',
  'key-removals/',
  'movers/',
  'data/',
  'meta/',
  'index/',
  'sessions/',
  'points/',
  'deleted/',
  'holds/',
  'damaged/',
  'locks/',
  'forwards/',
  'gc/',
] as const;

/**
 * What each role does to which objects. Every role lists and reads all: presence, collection records and points decide what anybody
 * may do, and after an answer that was lost the object itself tells whether it was stored.
 */
export const accessRoles: Readonly<Record<AccessRole, RoleDescription>> = {
  writer: {
    purpose: 'backing up and restoring',
    creates: ['data/', 'meta/', 'index/', 'sessions/', 'points/', 'locks/'],
    deletes: ['sessions/', 'locks/'],
    // Reading a point needs these, too: they stay locked as long as the points that it writes.
    extends: ['vault.json', 'keys/', 'movers/'],
  },
  reader: {
    purpose: 'listing, checking and restoring, held off from collection',
    creates: ['sessions/'],
    deletes: ['sessions/'],
  },
  collector: {
    purpose: 'deleting points by a retention policy, and collecting what no point needs',
    // It gives sessions up by creating their point’s key.
    creates: ['deleted/', 'gc/', 'points/', 'sessions/', 'data/', 'meta/', 'index/', 'forwards/', 'damaged/', 'locks/'],
    deletes: ['data/', 'meta/', 'index/', 'sessions/', 'locks/', 'damaged/'],
  },
  administrator: {
    purpose: 'creating the vault, its keys and movers, holds, bringing points back, repairs and the probe',
    creates: [...objectPrefixes, 'probe-'],
    deletes: ['keys/', 'key-removals/', 'movers/', 'sessions/', 'deleted/', 'holds/', 'damaged/', 'probe-'],
  },
  auditor: {
    purpose: 'looking: listing, checking, and restoring without holding collection off',
    creates: [],
    deletes: [],
  },
};
