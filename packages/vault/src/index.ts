export type * from './model.ts';
export type * from './vault.ts';
