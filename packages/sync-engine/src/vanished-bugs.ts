import type { Bug, EpochMs } from '@testio-mcp/domain';
import { idList, type ReadScope } from '@testio-mcp/persistence';

/**
 * Tests of which not one bug came although the store has some, and which were not listed since an instant. The API answers
 * alike for a test that has lost all its bugs and for one that it cannot deliver any more (customer-api 10.1): only a test that
 * can be read itself is known to have none.
 *
 * Equal instants count as not listed: of two things that happened in the same millisecond nobody knows which came first.
 */
export async function doubtfulTests(
  { db }: ReadScope,
  testIds: readonly number[],
  bugs: readonly Bug[],
  listedSince: EpochMs,
): Promise<number[]> {
  const came = new Set(bugs.map((bug) => bug.testId));
  const empty = testIds.filter((id) => !came.has(id));
  if (empty.length === 0) return [];
  const rows = await db
    .selectFrom('tests')
    .leftJoin('test_freshness as fresh', 'fresh.test_id', 'tests.id')
    .select('tests.id')
    .where('tests.id', 'in', idList(empty))
    .where((eb) => eb.or([eb('fresh.listed_at', 'is', null), eb('fresh.listed_at', '<=', listedSince)]))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('bugs')
          .select('bugs.id')
          .whereRef('bugs.test_id', '=', 'tests.id')
          .where('bugs.deleted_at', 'is', null),
      ),
    )
    .execute();
  return rows.map((row) => row.id);
}
