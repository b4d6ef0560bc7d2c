/** Whether an error is, or was caused by, the server's fault of this name or one derived from it: `isFault(error, 'FileFault')`. */
export function isFault(_error: unknown, _name: string): boolean {
  throw new Error('being built');
}
