import { packKey } from '../pack/layout.ts';
import type { CheckContext } from './check-context.ts';
import type { FindingState } from './finding.ts';
import { inspectPack, type PackIdentity } from './inspect-pack.ts';

export type WholePack = { readonly bytes: Buffer } & ReturnType<typeof inspectPack>;

/** A pack, fetched and inspected; or why it can't be had, as the beginning of a sentence. */
export async function readWholePack(
  { inside, answers, signal }: CheckContext,
  pack: PackIdentity,
): Promise<WholePack | { readonly state: Exclude<FindingState, 'notice'>; readonly message: string }> {
  const key = packKey(pack.kind, pack.id);
  let bytes: Buffer;
  try {
    bytes = Buffer.from(await inside.store.get(key, { signal }));
    answers.fetched(bytes.length);
  } catch (error) {
    const state = answers.stateOf(error);
    return { state, message: state === 'absent' ? `${key} is not in the store` : `${key} can’t be read: ${(error as Error).message.replace(/\.$/, '')}` };
  }
  return { bytes, ...inspectPack(bytes, pack, inside.keys) };
}
