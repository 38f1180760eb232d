import { rm, stat } from 'node:fs/promises';
import Database from 'better-sqlite3';

const ROWS_A_TRANSACTION = 1_000;

/**
 * Writes all rows of a store into an empty one of the same tables, indexes and triggers, by prepared statements, and takes the time
 * of that alone. Words of the full-text index are written by its triggers, as the store itself writes them.
 */
export async function writeRowsAgain(file: string): Promise<{ writing: number; bytes: number }> {
  const copy = `${file}.written-again`;
  const from = new Database(file, { readonly: true });
  const to = new Database(copy);
  try {
    to.pragma('journal_mode = wal');
    to.pragma('foreign_keys = off');
    const parts = from
      .prepare(
        "select type, name, sql from sqlite_schema where sql is not null and name not like 'sqlite_%' and name not like 'search_fts_%' order by rowid",
      )
      .all() as { type: string; name: string; sql: string }[];
    for (const { sql } of parts) to.exec(sql);
    const tables = parts.filter(({ type, sql }) => type === 'table' && !/^create virtual/i.test(sql));
    const full = tables.map(({ name }) => ({
      name,
      rows: from.prepare(`select * from "${name}"`).raw().all() as unknown[][],
    }));
    const began = performance.now();
    for (const { name, rows } of full) {
      const places = (rows[0] ?? []).map(() => '?').join(', ');
      if (places === '') continue;
      // The record of a new store has a first row already.
      const insert = to.prepare(`insert or ignore into "${name}" values (${places})`);
      for (let start = 0; start < rows.length; start += ROWS_A_TRANSACTION) {
        to.transaction(() => {
          for (const row of rows.slice(start, start + ROWS_A_TRANSACTION)) insert.run(...row);
        })();
      }
    }
    const writing = performance.now() - began;
    return { writing, bytes: (await stat(file)).size };
  } finally {
    from.close();
    to.close();
    await rm(copy, { force: true });
  }
}
