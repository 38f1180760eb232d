import { CompiledQuery, type Kysely, type Selectable, sql } from 'kysely';
import type { StoreTables } from '../schema/tables.ts';
import { pairList } from '../sqlite/id-list.ts';

export type TableName = keyof StoreTables & string;
/** A whole row as it is to stand in the table. */
export type Row<T extends TableName> = Selectable<StoreTables[T]>;
export type Column<T extends TableName> = keyof StoreTables[T] & string;

/** How rows of a table are written over those that are there. Columns not named here are compared and overwritten. */
export interface UpsertRule<T extends TableName> {
  readonly table: T;
  /** The primary key. Its first column is what upsert answers with. */
  readonly key: readonly [Column<T>, ...Column<T>[]];
  /** Written when a row is new and never again, such as `first_seen_at`. */
  readonly keep?: readonly Column<T>[];
  /** Written along with a column that differs, but no reason to write by themselves, such as `change_number`. */
  readonly along?: readonly Column<T>[];
  /**
   * `at` becomes `now`, and `number` the change number, when `column` changes in a row that is there; new rows keep what they
   * bring (null).
   */
  readonly watch?: {
    readonly column: Column<T>;
    readonly at: Column<T>;
    readonly now: number;
    readonly number: Column<T>;
  };
}

/**
 * Rows that one statement writes. Few lengths, so that few texts are prepared and kept: a statement for every number of rows
 * that ever came would take longer to prepare than to run, and all of them together a hundred megabytes.
 */
const STATEMENT_ROWS = [64, 16, 4, 1] as const;

/**
 * Inserts rows and updates those that are there, but only where a compared column differs: writing the same rows again
 * writes nothing. Of several rows with one key the last one counts.
 *
 * @returns the first key column of every row that was really inserted or changed
 */
export async function upsert<T extends TableName>(
  db: Kysely<StoreTables>,
  rule: UpsertRule<T>,
  rows: readonly Row<T>[],
): Promise<number[]> {
  const unique = lastOfEachKey(rule.key, rows);
  const [first] = unique;
  if (first === undefined) return [];
  const columns = Object.keys(first);
  const written: number[] = [];
  for (const chunk of inStatements(unique)) {
    const values = chunk.flatMap((row) => columns.map((column) => row[column]));
    if (rule.watch !== undefined) values.push(rule.watch.now);
    const statement = CompiledQuery.raw(statementFor(rule, columns, chunk.length), values);
    const { rows: changed } = await db.executeQuery<{ key: number }>(statement);
    written.push(...changed.map((row) => row.key));
  }
  return written;
}

/** The rows that one parent owns, in their order. */
export interface Children<T extends TableName> {
  readonly parent: number;
  readonly rows: readonly Row<T>[];
}

/**
 * Makes the children of each parent, keyed by parent and position from 0, equal to the given ones.
 *
 * @returns the parent of every child that was inserted, changed or deleted
 */
export async function replaceChildren<T extends TableName>(
  db: Kysely<StoreTables>,
  rule: UpsertRule<T>,
  children: readonly Children<T>[],
): Promise<number[]> {
  if (children.length === 0) return [];
  const written = await upsert(
    db,
    rule,
    children.flatMap((one) => one.rows),
  );
  const lengths = pairList(children.map(({ parent, rows }) => [parent, rows.length]));
  const [parent, position] = [sql.ref(rule.key[0]), sql.ref(rule.key[1] ?? 'position')];
  const beyond = sql`
    select child.rowid from ${lengths} as wanted
    join ${sql.table(rule.table)} as child on child.${parent} = wanted.a and child.${position} >= wanted.b`;
  const deleted = await sql<{ key: number }>`
    delete from ${sql.table(rule.table)} where rowid in (${beyond}) returning ${parent} as key`.execute(db);
  return [...written, ...deleted.rows.map((row) => row.key)];
}

/** Entities without repetitions, such as overlapping pages bring them. Of several with one id the last one counts. */
export function lastOfEachId<T extends { readonly id: number }>(entities: readonly T[]): T[] {
  return [...new Map(entities.map((entity) => [entity.id, entity])).values()];
}

type Values = Readonly<Record<string, unknown>>;

function lastOfEachKey(key: readonly string[], rows: readonly Values[]): Values[] {
  return [...new Map(rows.map((row) => [key.map((column) => row[column]).join(' '), row])).values()];
}

function* inStatements(rows: readonly Values[]): Generator<readonly Values[]> {
  let from = 0;
  for (const length of STATEMENT_ROWS) {
    for (; rows.length - from >= length; from += length) yield rows.slice(from, from + length);
  }
}

function statementFor<T extends TableName>(rule: UpsertRule<T>, columns: readonly string[], rows: number): string {
  const { table, key, keep = [], along = [], watch } = rule;
  const fixed = new Set<string>([...key, ...keep]);
  const updated = columns.filter((column) => !fixed.has(column) && column !== watch?.at && column !== watch?.number);
  const silent = new Set<string>(along);
  const compared = updated.filter((column) => !silent.has(column));
  const tuple = `(${columns.map(() => '?').join(', ')})`;
  const sets = updated.map((column) => `"${column}" = excluded."${column}"`);
  if (watch !== undefined) {
    const { column, at, number } = watch;
    const changed = `"${table}"."${column}" is distinct from excluded."${column}"`;
    sets.push(
      `"${at}" = case when ${changed} then ? else "${table}"."${at}" end`,
      `"${number}" = case when ${changed} then excluded."change_number" else "${table}"."${number}" end`,
    );
  }
  const differs = compared.map((column) => `"${table}"."${column}" is distinct from excluded."${column}"`);
  return [
    `insert into "${table}" (${columns.map((column) => `"${column}"`).join(', ')})`,
    `values ${Array.from({ length: rows }, () => tuple).join(', ')}`,
    `on conflict (${key.map((column) => `"${column}"`).join(', ')})`,
    differs.length === 0 ? 'do nothing' : `do update set ${sets.join(', ')} where ${differs.join(' or ')}`,
    `returning "${key[0]}" as "key"`,
  ].join(' ');
}
