import { type ReadScope, retentionDaysOf } from '@testio-mcp/persistence';

/** A sentence, after a blank, that what was looked for may have been forgotten; empty where the store forgets nothing. */
export async function forgottenNote(db: ReadScope['db']): Promise<string> {
  const days = await retentionDaysOf({ db });
  return days === null
    ? ''
    : ` What belongs to tests that are over for more than ${days} days was forgotten (TESTIO_RETENTION_DAYS).`;
}
