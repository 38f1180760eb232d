import type { CompiledQuery, RawBuilder } from 'kysely';
import { RecentlyUsed } from './recently-used.ts';
import type { ReadScope } from './store.ts';

/** What was worked out from one state of a store. */
export type Memory = RecentlyUsed<Promise<unknown>>;

/** A memory of which nothing is known yet. The sums of an account with thousands of people take about a megabyte. */
export function emptyMemory(): Memory {
  return new RecentlyUsed({ results: 256, bytes: 16_000_000 });
}

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
export async function remembered<Row>(db: ReadScope['db'], query: Query<Row>): Promise<readonly Readonly<Row>[]> {
  if (!memories.has(db)) return query.execute();
  const { sql, parameters } = query.compile();
  return rememberedAs(db, `${sql}\n${JSON.stringify(parameters)}`, async () =>
    (await query.execute()).map((row) => Object.freeze(row)),
  );
}

/**
 * The same for what is made from several queries, or from one that is dear to build. Whoever gets it must not change it.
 *
 * @param key tells it from everything else that is remembered
 * @param holds whether it still is what would be made now, where that depends on more than the store
 */
export async function rememberedAs<T>(
  db: ReadScope['db'],
  key: string,
  make: () => Promise<T>,
  holds: (value: T) => boolean = () => true,
): Promise<T> {
  const memory = memories.get(db);
  if (memory === undefined) return make();
  const known = memory.get(key) as Promise<T> | undefined;
  if (known !== undefined) {
    const value = await known;
    if (holds(value)) return value;
  }
  const made = make();
  memory.keep(key, made, made);
  return made;
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
