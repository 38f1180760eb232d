import type { Connection } from '../src/sqlite/connection.ts';

/** Tables that hold the words of the full-text index; how many rows they have is SQLite's own business. */
const INDEX_INNARDS = /^search_fts_(config|content|data|idx)$/;

/**
 * Everything that makes a schema: each table with its columns, foreign keys and indexes, each trigger with its text. Read from what SQLite
 * understood, not from how the statements were written: adding a column and dropping it again leaves other blanks behind.
 */
export function schemaFacts(connection: Connection): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const { type, name, sql } of connection.rows(
    "select type, name, sql from sqlite_schema where type in ('table', 'trigger') and name not like 'sqlite_%' order by name",
  )) {
    const key = `${String(type)} ${String(name)}`;
    facts[key] = type === 'trigger' || /virtual/i.test(String(sql)) ? words(sql) : tableFacts(connection, String(name));
  }
  return facts;
}

/** How many rows each table has, and how many documents the full-text index. */
export function rowCounts(connection: Connection): Record<string, number> {
  const tables = connection.rows(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const table = String(name);
    if (INDEX_INNARDS.test(table) || table === 'mikro_orm_migrations') continue;
    counts[table] = Number(connection.rows(`select count(*) as n from "${table}"`)[0]?.n);
  }
  return counts;
}

/** Throws when the full-text index does not hold the words of its documents. */
export function checkIndexedWords(connection: Connection): void {
  if (connection.rows("select 1 from sqlite_schema where name = 'search_fts'").length === 0) return;
  connection.execute("insert into search_fts (search_fts, rank) values ('integrity-check', 1)");
}

function tableFacts(connection: Connection, table: string): unknown {
  const rows = (pragma: string, of: string) => connection.rows(`select * from pragma_${pragma}('${of}')`);
  const indexes = rows('index_list', table).map((index) => ({
    name: index.name,
    unique: index.unique,
    partial: index.partial,
    columns: rows('index_xinfo', String(index.name)).map((column) => [column.name, column.desc, column.key]),
    sql: words(connection.rows(`select sql from sqlite_schema where name = '${String(index.name)}'`)[0]?.sql),
  }));
  return {
    columns: rows('table_xinfo', table).map(({ cid: _, ...column }) => column),
    foreignKeys: rows('foreign_key_list', table)
      .map(({ id: _, ...key }) => JSON.stringify(key))
      .sort(),
    indexes: indexes.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
  };
}

function words(sql: unknown): string {
  return String(sql).replace(/\s+/g, ' ').trim();
}
