// Writes test/fixtures/heads/NAME.sql for every migration that has none: a small account in a store whose newest migration
// it is. Run it after adding a migration. What is there already stays: stores in the field look like it. --again writes all.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openStore } from '../../src/index.ts';
import { migrations } from '../../src/migrations/list.ts';
import type { Connection } from '../../src/sqlite/connection.ts';
import { fillStore } from '../full-store.ts';
import { fixtureOf, hasFixture } from '../head-fixtures.ts';
import { openInside } from '../inside-store.ts';

const again = process.argv.includes('--again');
for (const { name } of migrations) {
  if (hasFixture(name) && !again) continue;
  const folder = mkdtempSync(join(tmpdir(), 'testio-head-'));
  try {
    const file = join(folder, 'store.db');
    const store = await openStore({ file, clock: { now: () => 1_000 } });
    await fillStore(store);
    await store.close();
    const { orm, connection, close } = await openInside(file);
    await orm.migrator.down({ to: name });
    mkdirSync(dirname(fixtureOf(name)), { recursive: true });
    writeFileSync(fixtureOf(name), dump(connection));
    await close();
    process.stderr.write(`wrote ${name}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Statements that make the same store again: tables, rows, the full-text index, then indexes and triggers. */
function dump(connection: Connection): string {
  // The only instants that come from the machine's clock.
  connection.execute('update mikro_orm_migrations set executed_at = 0; update account set created_at = 1000');
  const parts = connection.rows(
    "select type, name, sql from sqlite_schema where name not like 'sqlite_%' and name not like 'search_fts_%' order by rowid",
  );
  const sqlOf = (wanted: (part: Record<string, unknown>) => boolean) =>
    parts.filter(wanted).map(({ sql }) => String(sql));
  const isVirtual = ({ sql }: Record<string, unknown>) => /^create virtual/i.test(String(sql));
  const tables = parts.filter((part) => part.type === 'table' && !isVirtual(part));
  const statements = [
    ...tables.map(({ sql }) => String(sql)),
    ...tables.flatMap(({ name }) => rowsOf(connection, String(name))),
    ...sqlOf(isVirtual),
    ...(parts.some(isVirtual) ? ["insert into search_fts (search_fts) values ('rebuild')"] : []),
    ...sqlOf(({ type }) => type === 'index'),
    ...sqlOf(({ type }) => type === 'trigger'),
  ];
  return `begin;\n${statements.join(';\n')};\ncommit;\n`;
}

function rowsOf(connection: Connection, table: string): string[] {
  const columns = connection
    .rows(`select name from pragma_table_info('${table}')`)
    .map(({ name }) => `"${String(name)}"`);
  const quoted = columns.map((column) => `quote(${column})`).join(` || ', ' || `);
  const rows = connection.rows(`select ${quoted} as line from "${table}"`);
  return rows.map(({ line }) => `insert into "${table}" (${columns.join(', ')}) values (${String(line)})`);
}
