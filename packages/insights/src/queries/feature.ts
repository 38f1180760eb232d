import { TestioError } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { sql } from 'kysely';

type Db = ReadScope['db'];

/**
 * A living feature, and whether the test list of one of its products was ever read.
 *
 * @throws TestioError `feature_not_found` when the store has no such feature, or only a deleted one
 */
export async function requireFeature(db: Db, id: number) {
  const feature = await db
    .selectFrom('features as f')
    .select(['f.id', 'f.title', 'f.description', 'f.how_to_find'])
    .select(
      sql<number>`exists (
        select 1 from product_features as m join product_freshness as pf on pf.product_id = m.product_id
        where m.feature_id = f.id and m.deleted_at is null
          and (pf.tests_discovered_at is not null or pf.tests_reconciled_at is not null))`.as('tests_read'),
    )
    .where('f.id', '=', id)
    .where('f.deleted_at', 'is', null)
    .executeTakeFirst();
  if (feature !== undefined) return feature;
  throw new TestioError({
    kind: 'not_found',
    code: 'feature_not_found',
    message: `The store has no feature ${id}.`,
    next: 'Find the right id with list_features. The copy of a feature in a test has a number of its own, which is not it.',
    field: 'feature_id',
    received: id,
  });
}
