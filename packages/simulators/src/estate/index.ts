/** Disks for the demo: raw images of three VMs with real file systems, full of this machine's own files, and a day of real changes to them. */
export { type BuildOptions, buildEstate } from './build-estate.ts';
export { estateErrors } from './errors.ts';
export {
  type DayReport,
  type Estate,
  type EstateDisk,
  type EstateVm,
  type FileSystemKind,
  type FileSystemPlace,
  openEstate,
  placeOf,
} from './estate.ts';
export type { CheckResult, CheckVerdict } from './file-system.ts';
export { checkFileSystem } from './file-system-makers.ts';
export { type DayOptions, nextDay } from './next-day.ts';
