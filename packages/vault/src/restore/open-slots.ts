import { createHmac, type KeyObject } from 'node:crypto';
import { giveBack } from '../give-back.ts';
import { openSlot } from '../pack/seal.ts';

/** A slot within fetched bytes, and where its plain bytes belong in the window (a chunk can occur in several places). */
export interface SlotWish {
  readonly at: number;
  readonly length: number;
  readonly slot: number;
  readonly id: string;
  readonly plainLength: number;
  readonly targets: readonly number[];
}

/**
 * Opens slots of one pack and puts their plain bytes into the window: authenticated, decompressed, and hashed again.
 * Returns the slot numbers that aren't what was written; nothing of those is put anywhere.
 */
export function openSlots(fetched: Buffer, wishes: readonly SlotWish[], window: Buffer, cipherKey: KeyObject, chunkIdKey: KeyObject): number[] {
  const damaged: number[] = [];
  for (const wish of wishes) {
    const opened = openSlot(fetched.subarray(wish.at, wish.at + wish.length), wish.slot, cipherKey);
    const intact =
      opened !== undefined && opened.plain.length === wish.plainLength && createHmac('sha256', chunkIdKey).update(opened.plain).digest('hex') === wish.id;
    if (!intact) damaged.push(wish.slot);
    else for (const target of wish.targets) opened.plain.copy(window, target);
    if (opened !== undefined) giveBack(opened.plain);
  }
  giveBack(fetched);
  return damaged;
}
