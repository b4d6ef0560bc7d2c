/** Numbers of vault format 1 (docs/vault-format.md). */
export const idBytes = 16;
export const chunkIdBytes = 32;
export const tagBytes = 16;
export const pageBytes = 4096;
export const packHeaderBytes = 128;
export const slotHeaderBytes = 48;
export const packTrailerBytes = 24;
export const packSlotsMax = 65_535;
export const packBytesMax = 128 * 1024 * 1024;
/** What writers aim at: 16,384 packs per TiB stored. */
export const packBytesTarget = 64 * 1024 * 1024;
export const fanOut = 256;
/** vSphere's largest virtual disk. */
export const diskBytesMax = 62 * 1024 ** 4;
export const sealedContentBytesMax = 256 * 1024 * 1024;
