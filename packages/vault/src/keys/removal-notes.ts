import type { Random } from '@holdfast/kit';
import type { ObjectStore } from '@holdfast/store';
import { putOnce } from '../session/put-once.ts';

/**
 * Notes that a key slot is about to go: `key-removals/<keyId>-<attempt>`, one for each attempt.
 *
 * They keep two removals at once from taking each other's proof away: each puts its note, then looks whether its own proof
 * is noted. Of two that rest on each other's slots, whoever looks later sees the other's note. A note is taken back only by
 * the attempt that wrote it, and only before it deletes; others may clear it once the slot is proven gone.
 */
const prefix = 'key-removals/';

/** Keys of the notes there are, by the id of the slot they name. */
export async function readRemovalNotes(store: ObjectStore): Promise<Map<string, string[]>> {
  const notes = new Map<string, string[]>();
  for await (const { key } of store.list(prefix)) {
    const id = key.slice(prefix.length).split('-', 1)[0]!;
    notes.set(id, [...(notes.get(id) ?? []), key]);
  }
  return notes;
}

/** The note's key, known before it is put: what may or may not have been stored can be taken back. */
export const newRemovalNoteKey = (id: string, random: Random) => `${prefix}${id}-${Buffer.from(random.bytes(16)).toString('hex')}`;

export async function putRemovalNote(store: ObjectStore, key: string, note: { readonly by: string; readonly at: string }): Promise<void> {
  await putOnce(store, key, Buffer.from(JSON.stringify({ magic: 'holdfast-key-removal', format: 1, ...note })));
}
