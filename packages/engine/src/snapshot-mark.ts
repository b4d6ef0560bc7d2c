import { z } from 'zod';

const namePrefix = 'holdfast-';

const markSchema = z.object({
  product: z.literal('holdfast'),
  /** the installation that took it, where it has a name */
  installation: z.string().optional(),
  /** id of the vault, so that nobody looks for the session in another one */
  vault: z.string(),
  session: z.string(),
  /** the process that took it; see `ProcessIdentity` */
  process: z.string().optional(),
  /** ISO 8601, by the clock of the machine that took it; used for reports and, with nothing better, for age */
  createdAt: z.string(),
});

/** How a snapshot says that it is ours, and whose: JSON in its description. */
export type SnapshotMark = z.infer<typeof markSchema>;

export function markedSnapshot(mark: Omit<SnapshotMark, 'product'>): { readonly name: string; readonly description: string } {
  return { name: `${namePrefix}${mark.session.slice(0, 8)}`, description: JSON.stringify({ product: 'holdfast', ...mark }) };
}

/** The mark of a snapshot of ours; `undefined` for everybody else's. Both name and description must fit: we remove what we recognise. */
export function readMark(snapshot: { readonly name: string; readonly description?: string | undefined }): SnapshotMark | undefined {
  if (!snapshot.name.startsWith(namePrefix)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(snapshot.description ?? '');
  } catch {
    return undefined;
  }
  const parsed = markSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}
