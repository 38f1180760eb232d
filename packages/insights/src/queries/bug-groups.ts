import { builtOnce, type ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { BugGroup } from '../shapes/bug-counts.ts';

const groupsOf = builtOnce((db, testIds: string) =>
  db
    .selectFrom('bugs')
    .select(['test_id', 'status', 'severity', sql<number>`count(*)`.as('bugs')])
    .where('test_id', 'in', sql<number>`(select value from json_each(${testIds}))`)
    .where('deleted_at', 'is', null)
    .groupBy(['test_id', 'status', 'severity']),
);

/** Living bugs of these tests, grouped by test, status and severity. One statement. */
export async function bugGroupsOfTests(
  db: ReadScope['db'],
  testIds: readonly number[],
): Promise<Map<number, BugGroup[]>> {
  const rows = await groupsOf(db, JSON.stringify(testIds));
  return Map.groupBy(rows, (row) => row.test_id);
}
