import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '../src/sqlite/connection.ts';
import { prepareFile } from '../src/sqlite/file.ts';
import { tempFolder } from './temp-store.ts';

const FOLDER = fileURLToPath(new URL('fixtures/heads/', import.meta.url));

/** What a store looked like when this migration was the newest: its schema and a small account, as SQL. Kept as it was. */
export function fixtureOf(migration: string): string {
  return join(FOLDER, `${migration}.sql`);
}

export function hasFixture(migration: string): boolean {
  return existsSync(fixtureOf(migration));
}

/** A store file, in a folder of its own, that was filled when this migration was the newest. */
export async function storeOfHead(migration: string): Promise<string> {
  const file = join(tempFolder(), 'store.db');
  await prepareFile(file);
  const connection = new Connection(file, { readonly: false });
  try {
    connection.execute(readFileSync(fixtureOf(migration), 'utf8'));
    await connection.useWriteAheadLog(1_000);
  } finally {
    connection.close();
  }
  return file;
}
