export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
export const TiB = 1024 * GiB;

const steps: readonly (readonly [number, string])[] = [
  [TiB, 'TiB'],
  [GiB, 'GiB'],
  [MiB, 'MiB'],
  [KiB, 'KiB'],
];

/** `1610612736` → `1.5 GiB`. Binary units, one decimal from KiB up. */
export function formatBytes(bytes: number): string {
  for (const [size, unit] of steps) if (Math.abs(bytes) >= size) return `${(bytes / size).toFixed(1)} ${unit}`;
  return `${bytes} B`;
}

/** `3725` → `1 h 2 min`; `75.4` → `1 min 15 s`; `0.42` → `0.4 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `64MiB`, `64 M`, `1.5GiB`, `4096` → bytes; `undefined` for anything else. Suffixes are binary. */
export function parseBytes(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([KMGT])(?:iB|B)?|B)?\s*$/i.exec(text);
  if (match === null) return undefined;
  const unit = { K: KiB, M: MiB, G: GiB, T: TiB }[(match[2] ?? '').toUpperCase()] ?? 1;
  return Math.round(Number(match[1]) * unit);
}
