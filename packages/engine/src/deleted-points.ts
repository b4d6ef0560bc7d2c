import { type DeletedPoint, isReadable, type Vault } from '@holdfast/vault';
import { engineErrors } from './errors.ts';
import { globMatcher } from './glob.ts';
import { idPrefixLengthMin } from './points.ts';

/** What has been deleted and is still there; with `vm`, of VMs that were called so, or whose instance UUID it is. What can't be read comes always. */
export async function listDeletedPoints(vault: Vault, vm?: string): Promise<DeletedPoint[]> {
  const matches = globMatcher(vm ?? '**');
  return (await Array.fromAsync(vault.deletedPoints())).filter(({ point }) => {
    if (vm === undefined || !isReadable(point)) return true;
    const { name, path, instanceUuid } = point.vm;
    return instanceUuid === vm || point.vmId === vm || (vm.includes('/') ? path !== undefined && matches(path) : matches(name));
  });
}

/**
 * The id of the one deleted point that is meant: whole, or the beginning of its part behind the `/`.
 *
 * @throws `ENGINE_POINT_ABSENT`, `ENGINE_POINT_AMBIGUOUS`
 */
export async function chooseDeletedPoint(vault: Vault, id: string): Promise<string> {
  return onlyOne(
    id,
    (await Array.fromAsync(vault.deletedPoints())).map((point) => point.id),
    'deleted point',
  );
}

/** The same among points in use, whether they can be read or not. */
export async function choosePointId(vault: Vault, id: string): Promise<string> {
  return onlyOne(
    id,
    (await Array.fromAsync(vault.points())).map((point) => point.id),
    'point',
  );
}

function onlyOne(id: string, all: readonly string[], what: string): string {
  if (id.includes('/')) return id;
  if (id.length < idPrefixLengthMin) {
    throw engineErrors.create('ENGINE_POINT_AMBIGUOUS', `"${id}" is too short to name a point: give at least ${idPrefixLengthMin} characters of its id`);
  }
  const found = all.filter((one) => one.slice(one.indexOf('/') + 1).startsWith(id));
  if (found.length > 1) throw engineErrors.create('ENGINE_POINT_AMBIGUOUS', `${found.length} points begin with ${id}: ${found.join(', ')}`);
  if (found[0] === undefined) throw engineErrors.create('ENGINE_POINT_ABSENT', `the vault has no ${what} ${id}`, { subject: { point: id } });
  return found[0];
}
