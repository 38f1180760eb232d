import type { ReadScope } from '@testio-mcp/persistence';

/** A sentence, after a blank, that what was looked for may have been forgotten; empty where the store forgets nothing. */
export async function forgottenNote(db: ReadScope['db']): Promise<string> {
  const account = await db.selectFrom('account').select('retention_days').where('id', '=', 1).executeTakeFirst();
  const days = account?.retention_days ?? null;
  return days === null
    ? ''
    : ` What belongs to tests that are over for more than ${days} days was forgotten (TESTIO_RETENTION_DAYS).`;
}
