import { sql } from 'kysely';
import { expect } from 'vitest';
import { checkSearchIndex } from '../src/sqlite/search-index.ts';
import type { ReadScope, WriteScope } from '../src/store.ts';

/** Everything that can be searched for. */
export async function documents({ db }: ReadScope) {
  return db.selectFrom('search_documents').selectAll().orderBy('id').execute();
}

/** Compares every word of the index with the documents; throws where they differ. */
async function compareWords({ db }: WriteScope): Promise<void> {
  await sql`insert into search_fts (search_fts, rank) values ('integrity-check', 1)`.execute(db);
}

/** The index holds what lives, word for word. */
export async function expectSound(scope: WriteScope): Promise<void> {
  const state = await checkSearchIndex(scope);
  expect(state).toMatchObject({ consistent: true });
  await compareWords(scope);
}
