import type { InferKyselyDB } from '@mikro-orm/sqlite';
import type { StoreEntity } from './entities.ts';

/** Column types of every table, derived from the entities. Unknown tables and columns do not compile. */
export type StoreTables = InferKyselyDB<StoreEntity>;
