import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import { invalidInput } from '../input/errors.ts';

/**
 * Lets the index itself read a text in its syntax, alone: inside of other expressions a bracket too many could end them.
 *
 * @throws TestioError `invalid_input` where it is none
 */
export async function checkRawQuery(db: ReadScope['db'], query: string): Promise<void> {
  try {
    await sql`select rowid from search_fts where search_fts match ${query} limit 1`.execute(db);
  } catch (thrown) {
    if ((thrown as { code?: unknown } | null)?.code !== 'SQLITE_ERROR') throw thrown;
    throw invalidInput({
      field: 'query',
      received: query,
      problem: `is no FTS5 expression: ${(thrown as Error).message.replace(/^fts5: /, '')}`,
      accepted: ['pay OR checkout', 'pay NOT refund', '"a phrase"', 'log*', 'NEAR(pay card, 5)'],
      next: 'Put words with signs in them in double quotes, or call again with match_mode simple.',
    });
  }
}
