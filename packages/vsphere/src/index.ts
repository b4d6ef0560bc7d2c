export { vsphereErrors } from './errors.ts';
export type { MoRef } from './wire/index.ts';
