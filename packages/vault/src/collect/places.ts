import { vaultErrors } from '../errors.ts';
import { type Forwards, forwardsOf } from '../forward/forwards.ts';
import type { NodeReference } from '../model.ts';
import { type PackKind, packKey } from '../pack/layout.ts';
import type { FollowContext } from './follow-maps.ts';
import { listPacks } from './list-packs.ts';
import { listCycles, readOutcome } from './records.ts';

/** Which pack a mark counts as needed for a slot. */
export interface Places {
  readonly forwards: Forwards;
  /**
   * The slot or its newest copy, in a pack that is there and not in an outcome. A pack whose slots were copied is then needed only
   * for those that were not. A slot without any such place stays as it is: damage, of which a check tells.
   *
   * @throws `PACK_ABSENT` when an outcome names its pack and no forward covers it: then this isn't all of the vault
   */
  of(kind: PackKind, slot: NodeReference): NodeReference;
}

/** As things are now. Memory: about 100 bytes for each pack of the vault, where anything was ever rewritten. */
export async function readPlaces({ store, keys }: FollowContext): Promise<Places> {
  const gone = await releasedPacks({ store, keys });
  const forwards = await forwardsOf(store, keys).refresh();
  // After the forwards: what one leads to was there before it.
  const there = forwards.targets.size === 0 ? undefined : new Set<string>();
  if (there !== undefined) for await (const { id } of listPacks(store)) there.add(id);
  const usable = (pack: string) => !gone.has(pack) && (there === undefined || there.has(pack));
  return {
    forwards,
    of: (kind, slot) => {
      const place = forwards.newest(slot, usable);
      if (place !== undefined) return place;
      if (!gone.has(slot.pack)) return slot;
      const key = packKey(kind, slot.pack);
      throw vaultErrors.create('PACK_ABSENT', `${key} was collected, and slot ${slot.slot} of it was never copied.`, { subject: { object: key } });
    },
  };
}

/** Packs that outcomes name: they are gone, or going, for ever. */
async function releasedPacks({ store, keys }: Pick<FollowContext, 'store' | 'keys'>): Promise<Set<string>> {
  const released = new Set<string>();
  for (const { number, outcome } of await listCycles(store)) if (outcome) for (const pack of (await readOutcome(store, keys, number)).packs) released.add(pack);
  return released;
}
