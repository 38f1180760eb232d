import type { CompiledQuery, RawBuilder } from 'kysely';
import type { ReadScope } from './store.ts';

/** Results kept for one state of a store. Those that were not asked for the longest go first. */
const MOST_RESULTS = 256;

/** Results of queries on one state of a store. */
export type Memory = Map<string, Promise<readonly unknown[]>>;

const memories = new WeakMap<object, Memory>();

/** Says which memory belongs to the state that a scope sees. */
export function giveMemory(db: ReadScope['db'], memory: Memory): void {
  memories.set(db, memory);
}

/** Something that Kysely can say as SQL and run. */
export interface Query<Row> {
  compile(): CompiledQuery;
  execute(): Promise<Row[]>;
}

/**
 * Runs a query, or gives what it gave before when nothing was written to the store since, by whatever process. For sums over very many rows that most
 * answers need: they are worked out once after each write. Never for pages of rows, which would fill the memory.
 */
export function remembered<Row>(db: ReadScope['db'], query: Query<Row>): Promise<readonly Readonly<Row>[]> {
  const memory = memories.get(db);
  if (memory === undefined) return query.execute();
  const { sql, parameters } = query.compile();
  const key = `${sql}\n${JSON.stringify(parameters)}`;
  const known = memory.get(key) as Promise<readonly Readonly<Row>[]> | undefined;
  const result = known ?? query.execute().then((rows) => rows.map((row) => Object.freeze(row)));
  memory.delete(key);
  memory.set(key, result);
  // What failed is not remembered.
  if (known === undefined) result.catch(() => memory.delete(key));
  const [oldest] = memory.keys();
  if (memory.size > MOST_RESULTS && oldest !== undefined) memory.delete(oldest);
  return result;
}

/** A query that was written as SQL. */
export function sqlQuery<Row>(db: ReadScope['db'], query: RawBuilder<Row>): Query<Row> {
  return { compile: () => query.compile(db), execute: async () => (await query.execute(db)).rows };
}

/** The same for a query that always gives a row. */
export async function rememberedRow<Row>(db: ReadScope['db'], query: Query<Row>): Promise<Readonly<Row>> {
  const [row] = await remembered(db, query);
  if (row === undefined) throw new Error('A query that always gives a row gave none.');
  return row;
}
