import { idList, type ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { BugGroup } from '../shapes/bug-counts.ts';

/** Living bugs of these tests, grouped by test, status and severity. One statement. */
export async function bugGroupsOfTests(
  db: ReadScope['db'],
  testIds: readonly number[],
): Promise<Map<number, BugGroup[]>> {
  const rows = await db
    .selectFrom('bugs')
    .select(['test_id', 'status', 'severity', sql<number>`count(*)`.as('bugs')])
    .where('test_id', 'in', idList(testIds))
    .where('deleted_at', 'is', null)
    .groupBy(['test_id', 'status', 'severity'])
    .execute();
  return Map.groupBy(rows, (row) => row.test_id);
}
