import type { ObjectStore } from '@holdfast/store';
import { z } from 'zod';
import { vaultErrors } from './errors.ts';
import { type Immutability, immutableDaysMax } from './locks/lock-days.ts';
import type { ChunkerName } from './vault.ts';

const descriptionSchema = z.object({
  magic: z.literal('holdfast-vault'),
  format: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  createdAt: z.string(),
  chunker: z.object({
    name: z.enum(['page-cdc', 'grid']),
    averageBytes: z.int().min(4096).max(16_777_216).multipleOf(4096),
    minBytes: z.int().min(4096).max(16_777_216).multipleOf(4096),
    maxBytes: z.int().min(4096).max(16_777_216).multipleOf(4096),
    segmentBytes: z.literal(16_777_216),
  }),
  idAlgorithm: z.literal('hmac-sha256'),
  cipher: z.literal('aes-256-gcm'),
  compression: z.literal('zstd'),
  immutability: z.object({ mode: z.enum(['governance', 'compliance']), days: z.int().min(1).max(immutableDaysMax) }).optional(),
  required: z.array(z.string()),
  optional: z.array(z.string()),
});

/** `vault.json`: what everybody must know before any key is tried. */
export type Description = z.output<typeof descriptionSchema>;
export type ChunkerSettings = Description['chunker'];

/** Features named in `required` that this version knows. */
const knownFeatures: readonly string[] = ['write-only-movers'];

/** Data packs may be wrapped to a public key, and sealed objects are signed (docs/vault-format.md §12). Decided at creation: a vault's description never changes. */
export const takesMovers = ({ required }: Pick<Description, 'required'>): boolean => required.includes('write-only-movers');

/** A chunker with chunks of another size: average (page-cdc) or fixed (grid), a power of two from 64 KiB to 4 MiB. */
export interface ChunkerChoice {
  readonly name: ChunkerName;
  readonly averageBytes: number;
}

export function newDescription(
  id: string,
  createdAt: string,
  chunker: ChunkerName | ChunkerChoice,
  required: readonly string[] = [],
  immutability?: Immutability,
): Description {
  const { name, averageBytes: size } = typeof chunker === 'string' ? { name: chunker, averageBytes: 256 * 1024 } : chunker;
  const bounds = name === 'grid' ? { minBytes: size, maxBytes: size } : { minBytes: size / 4, maxBytes: size * 4 };
  return {
    magic: 'holdfast-vault',
    format: 1,
    id,
    createdAt,
    chunker: { name, averageBytes: size, ...bounds, segmentBytes: 16_777_216 },
    idAlgorithm: 'hmac-sha256',
    cipher: 'aes-256-gcm',
    compression: 'zstd',
    ...(immutability !== undefined && { immutability }),
    required: [...required],
    optional: [],
  };
}

/** @throws `VAULT_NOT_UNDERSTOOD` when this version can't be sure to read the vault right */
function parseDescription(bytes: Uint8Array): Description {
  const notUnderstood = (why: string, cause?: unknown) => vaultErrors.create('VAULT_NOT_UNDERSTOOD', `This vault can’t be opened: ${why}.`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw notUnderstood('its vault.json is not JSON', cause);
  }
  const format = (json as { format?: unknown } | null)?.format;
  if (format !== 1) throw notUnderstood(`its format is ${JSON.stringify(format)}, and this version knows format 1`);
  const parsed = descriptionSchema.safeParse(json);
  if (!parsed.success) throw notUnderstood('its vault.json has unexpected content', parsed.error);
  const unknown = parsed.data.required.filter((feature) => !knownFeatures.includes(feature));
  if (unknown.length > 0) throw notUnderstood(`it requires ${unknown.join(', ')}, which this version doesn’t know`);
  return parsed.data;
}

/**
 * The description and its exact bytes, whose SHA-256 is bound to the keys.
 * @throws `VAULT_ABSENT`, `VAULT_NOT_UNDERSTOOD`
 */
export async function readDescription(store: ObjectStore): Promise<{ description: Description; bytes: Uint8Array }> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get('vault.json');
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'STORE_ABSENT') throw cause;
    throw vaultErrors.create('VAULT_ABSENT', `There is no vault in ${store.description}.`, { cause });
  }
  return { description: parseDescription(bytes), bytes };
}
