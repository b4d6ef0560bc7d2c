/** The names of one layer's files in the VM's folder. */
export interface LayerFiles {
  readonly descriptor: string;
  readonly extent: string;
  readonly tracking: string;
}

/** @param number 0 for the base, n for the delta `-00000n` */
export function layerFiles(disk: string, number: number): LayerFiles {
  const link = number === 0 ? disk : `${disk}-${String(number).padStart(6, '0')}`;
  return { descriptor: `${link}.vmdk`, extent: `${link}-${number === 0 ? 'flat' : 'delta'}.vmdk`, tracking: `${link}-ctk.vmdk` };
}

/** The note beside a flat file of the blocks that hold something. */
export function usedFileName(disk: string): string {
  return `.${disk}.used`;
}

/** The number of the layer that a file belongs to, when it can be this disk's. */
export function layerOfFile(disk: string, fileName: string): number | undefined {
  if (!fileName.startsWith(disk)) return undefined;
  const match = /^(?:-(\d{6}))?(?:-(flat|delta|ctk))?\.vmdk$/.exec(fileName.slice(disk.length));
  return match === null ? undefined : Number(match[1] ?? 0);
}

/** Names that would be taken for a link, an extent or something hidden are refused. */
export function isDiskName(name: string): boolean {
  return /^[^./\\\0[\]"][^/\\\0[\]"]{0,79}$/.test(name) && !/-(?:\d{6}|flat|delta|ctk)$/.test(name);
}
