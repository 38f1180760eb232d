import type { InferKyselyDB } from '@mikro-orm/sqlite';
import type { StoreEntity } from './entities.ts';

/**
 * Column types of every table, derived from the entities. Unknown tables and columns do not compile. In the declarations that are published
 * they are written out: whoever uses this package needs none of the types of the ORM, which are not made for every compiler option.
 */
export type StoreTables = ReturnType<typeof tables>;

const tables = writtenOut<InferKyselyDB<StoreEntity>>;

/** Never called. The compiler writes out what such a function returns, where it would only name an alias. */
function writtenOut<T>(): { [Table in keyof T]: { [Column in keyof T[Table]]: T[Table][Column] } } {
  throw new TypeError('This function stands for its type.');
}
