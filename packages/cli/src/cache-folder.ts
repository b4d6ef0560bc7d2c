import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { VerbContext } from './verb.ts';

export interface CacheFlags {
  readonly cache?: string;
}

/**
 * Where this machine keeps what it knows of vaults' indexes: by flag, configuration, or where the system wants caches.
 * `undefined` where nobody says: then memory has to do.
 */
export function cacheFolderOf({ options, configuration, surroundings }: VerbContext<CacheFlags>): string | undefined {
  const { XDG_CACHE_HOME, HOME } = surroundings.variables;
  const given = options.cache === undefined ? configuration.cache : resolve(options.cache);
  if (given !== undefined) return given;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'holdfast');
  return HOME && existsSync(HOME) ? join(HOME, '.cache', 'holdfast') : undefined;
}
