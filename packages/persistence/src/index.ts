export type { StoreTables } from './schema/tables.ts';
export type { ReadScope, Store, WriteScope } from './store.ts';
