import type { RecoveryPoint } from '@holdfast/vault';

/** One installation that writes a vault, as its points tell. */
export interface WriterSummary {
  readonly host: string;
  /** as its configuration names it */
  readonly installation?: string;
  /** versions it wrote with, the latest last */
  readonly versions: readonly string[];
  readonly points: number;
  readonly vms: number;
  /** ISO 8601: when its latest point was committed */
  readonly latest: string;
}

/** Who wrote these points, the one that wrote last first. An installation is its name and its machine. */
export function listWriters(points: readonly RecoveryPoint[]): WriterSummary[] {
  const groups = Map.groupBy(points, ({ writer }) => `${writer.installation ?? ''}\0${writer.host}`);
  const summaries = [...groups.values()].map((own): WriterSummary => {
    const inOrder = own.toSorted((a, b) => (a.committedAt < b.committedAt ? -1 : 1));
    const { writer, committedAt } = inOrder.at(-1)!;
    // A version that was used again is as late as its last use.
    const versions = [...new Set(inOrder.map((point) => point.writer.version).reverse())].reverse();
    const { host, installation } = writer;
    return {
      host,
      ...(installation !== undefined && { installation }),
      versions,
      points: own.length,
      vms: new Set(own.map(({ vmId }) => vmId)).size,
      latest: committedAt,
    };
  });
  return summaries.sort((a, b) => (a.latest > b.latest ? -1 : 1));
}
