import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process, { env } from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { migrations } from '../../src/migrations/list.ts';
import { openStore } from '../../src/open-store.ts';
import { storeOfHead } from '../head-fixtures.ts';
import { openInside } from '../inside-store.ts';
import { checkIndexedWords, rowCounts, schemaFacts } from '../schema-facts.ts';
import { tempFolder } from '../temp-store.ts';

const PROGRAM = fileURLToPath(new URL('../programs/open-and-die.ts', import.meta.url));
/** How many points of a migration are tried; the long campaign tries more. */
const POINTS = Number(env.MIGRATION_KILLS ?? 5);

async function open(file: string, fatal: number) {
  const child = spawn(process.execPath, ['--conditions=@testio-mcp/source', PROGRAM, file, String(fatal)]);
  const [[, signal], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { signal: signal as string | null, stdout, stderr };
}

/** What the file holds: the migrations it remembers, its schema and its rows. A file without tables holds nothing. */
async function facts(file: string) {
  const { connection, close } = await openInside(file);
  const tables = connection.rows("select name from sqlite_schema where name <> 'sqlite_sequence'");
  const isMade = tables.some(({ name }) => name === 'mikro_orm_migrations');
  const recorded = isMade ? connection.rows('select name from mikro_orm_migrations order by id') : [];
  checkIndexedWords(connection);
  expect(connection.rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const { 'table mikro_orm_migrations': _, ...schema } = schemaFacts(connection);
  const found = { recorded: recorded.map(({ name }) => name), schema, rows: rowCounts(connection) };
  await close();
  return found;
}

/** Nothing, the oldest store there is, and the one that lacks the least. */
const HEADS = new Set([migrations[0]?.name ?? '', migrations.at(-2)?.name ?? '']);
const starts: readonly [state: string, make: () => Promise<string>][] = [
  ['a new file', async () => join(tempFolder(), 'store.db')],
  ...[...HEADS].map((name): [string, () => Promise<string>] => [`a filled store of ${name}`, () => storeOfHead(name)]),
];

test.each(starts)(
  '%s that is killed while it is migrated is as before or as after, and opens as after',
  async (_, make) => {
    const whole = await make();
    const old = await facts(whole);
    const statements = Number((await open(whole, 0)).stdout);
    const current = await facts(whole);
    expect(current.recorded).toEqual(migrations.map(({ name }) => name));
    expect(current).not.toEqual(old);

    const points = Array.from({ length: Math.min(POINTS, statements) }, (_none, index) =>
      Math.round(1 + (index * (statements - 1)) / Math.max(1, Math.min(POINTS, statements) - 1)),
    );
    for (const point of points) {
      const file = await make();
      const { signal, stderr } = await open(file, point);
      expect(signal, stderr).toBe('SIGKILL');
      const left = await facts(file);
      expect(left, `killed before statement ${point} of ${statements}`).toEqual(
        left.recorded.length === old.recorded.length ? old : current,
      );
      await (await openStore({ file })).close();
      expect(await facts(file)).toEqual(current);
    }
  },
  600_000,
);
