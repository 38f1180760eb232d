import { randomBytes } from 'node:crypto';
import { personId } from '@testio-mcp/domain';
import { retryWhileBusy } from '../sqlite/busy.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { WriteScope } from '../store.ts';
import { pseudonym, renamedMembers } from '../write/pseudonyms.ts';

/** How long switching pseudonyms on waits for another process that is writing. */
const DEADLINE_MS = 30_000;

/** Gives the statements of a connection what giving pseudonyms to what is stored needs. */
export function teachPseudonyms(connection: Connection): void {
  connection.define('pseudonym', (salt, name) => (typeof name === 'string' ? pseudonym(String(salt), name) : null));
  connection.define('tester_id', (name) => personId('tester', String(name)));
  connection.define('with_pseudonyms', (salt, json) =>
    JSON.stringify(renamedMembers(JSON.parse(String(json)), (name) => pseudonym(String(salt), name))),
  );
}

/**
 * Has a store keep testers under pseudonyms from now on, and gives one to everybody that it names already, in one transaction.
 * Names leave traces: see `removeTraces`. Does nothing to a store that keeps pseudonyms.
 *
 * @param connection was taught pseudonyms
 * @returns whether the store named testers until now
 */
export async function keepPseudonyms(connection: Connection): Promise<boolean> {
  if (isPseudonymised(connection)) return false;
  await retryWhileBusy(() => connection.execute('begin immediate'), DEADLINE_MS);
  try {
    const hadNames = !isPseudonymised(connection);
    if (hadNames) {
      const [account] = connection.rows('select pseudonym_salt from account where id = 1');
      for (const statement of renaming(account?.pseudonym_salt)) connection.execute(statement);
    }
    connection.execute('commit');
    return hadNames;
  } catch (thrown) {
    if (connection.inTransaction) connection.execute('rollback');
    throw thrown;
  }
}

/** The same inside a unit of work. */
export async function keepPseudonymsAgain({ db }: Pick<WriteScope, 'db'>): Promise<void> {
  const account = await db
    .selectFrom('account')
    .select(['pseudonymised', 'pseudonym_salt'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  if (account.pseudonymised === 1) return;
  const { sql } = await import('kysely');
  for (const statement of renaming(account.pseudonym_salt)) await sql.raw(statement).execute(db);
}

/** Has a store keep names as they are from now on. Pseudonyms give way to names as things are read again. */
export async function keepNames({ db }: Pick<WriteScope, 'db'>): Promise<void> {
  await db
    .updateTable('account')
    .set({ pseudonymised: 0 })
    .where('id', '=', 1)
    .where('pseudonymised', '=', 1)
    .execute();
}

function isPseudonymised(connection: Connection): boolean {
  return connection.rows('select 1 from account where id = 1 and pseudonymised = 1').length > 0;
}

/** The statements that give a pseudonym to everybody whom a store names. */
function renaming(kept: unknown): readonly string[] {
  // Kept when pseudonyms are switched off: switched on again they are the same.
  const salt = typeof kept === 'string' ? kept : randomBytes(32).toString('hex');
  const renamed = (column: string) => `pseudonym('${salt}', ${column})`;
  return [
    `update account set pseudonymised = 1, pseudonym_salt = '${salt}', has_traces = 1 where id = 1`,
    `create temp table renamed as
      select id as old_id, tester_id(${renamed('name')}) as new_id, ${renamed('name')} as name, first_seen_at
      from people where kind = 'tester' and ${renamed('name')} <> name`,
    'create unique index temp.renamed_by_id on renamed (old_id)',
    `insert or ignore into people (id, kind, name, first_seen_at)
      select new_id, 'tester', name, first_seen_at from renamed`,
    `update bugs set author_id = (select new_id from renamed where old_id = author_id)
      where author_id in (select old_id from renamed)`,
    'delete from people where id in (select old_id from renamed)',
    'drop table renamed',
    `update bug_comments set author = ${renamed('author')} where author is not null`,
    `update executions set executed_by = ${renamed('executed_by')} where executed_by is not null`,
    `update bugs set raw_json = with_pseudonyms('${salt}', raw_json)`,
  ];
}
