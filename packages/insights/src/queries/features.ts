import { idList, type ReadScope } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { type Titled, toTitled } from '../shapes/titled.ts';

type Db = ReadScope['db'];

/**
 * Living bugs by the feature of the product they were filed against: the one their snapshot copies, else the one that they name
 * themselves. Columns feature_id, bug_id, test_id, product_id.
 *
 * @param features one id or a subquery of ids
 */
export function bugsOfFeatures(features: RawBuilder<unknown>): RawBuilder<unknown> {
  const living = sql`b.deleted_at is null and t.deleted_at is null`;
  return sql`
    select tf.feature_id, b.id as bug_id, b.test_id, t.product_id
    from test_features as tf join bugs as b on b.test_feature_id = tf.id join tests as t on t.id = b.test_id
    where tf.feature_id in ${features} and ${living}
    union all
    select b.feature_id, b.id, b.test_id, t.product_id
    from bugs as b join tests as t on t.id = b.test_id left join test_features as tf on tf.id = b.test_feature_id
    where b.feature_id in ${features} and tf.feature_id is null and ${living}`;
}

/** Living tests by the features they have a living copy of: columns feature_id, test_id, product_id. */
export function testsOfFeatures(features: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select distinct tf.feature_id, t.id as test_id, t.product_id
    from test_features as tf join tests as t on t.id = tf.test_id
    where tf.feature_id in ${features} and tf.deleted_at is null and t.deleted_at is null`;
}

/** Keeps the rows of one product; all rows where none is asked for. */
export function ofProduct(productId: number | undefined): RawBuilder<boolean> {
  return productId === undefined ? sql<boolean>`true` : sql<boolean>`product_id = ${productId}`;
}

export interface FeatureFigures {
  readonly user_story_count: number;
  readonly test_count: number | null;
  readonly bug_count: number | null;
}

/**
 * The counts of these features, with one statement. What was never read is null, not 0.
 *
 * @param productId counts only tests and bugs of this product
 */
export async function featureFigures(
  db: Db,
  ids: readonly number[],
  productId: number | undefined,
): Promise<(id: number) => FeatureFigures> {
  const features = idList(ids);
  const { rows } = await sql<{
    id: number;
    stories: number;
    tests: number;
    bugs: number;
    testsWithBugs: number;
    testsRead: number;
  }>`
    with wanted as (select value as id from json_each(${JSON.stringify(ids)})),
    test as (
      select feature_id, count(*) as tests, count(f.bugs_at) as withBugs
      from (${testsOfFeatures(features)}) as x left join test_freshness as f on f.test_id = x.test_id
      where ${ofProduct(productId)} group by feature_id
    ), bug as (
      select feature_id, count(*) as bugs from (${bugsOfFeatures(features)}) where ${ofProduct(productId)} group by feature_id
    ), story as (
      select feature_id, count(*) as stories from user_stories
      where feature_id in ${features} and deleted_at is null group by feature_id
    )
    select w.id, coalesce(story.stories, 0) as stories, coalesce(test.tests, 0) as tests, coalesce(bug.bugs, 0) as bugs,
      coalesce(test.withBugs, 0) as testsWithBugs,
      exists (
        select 1 from product_features as m join product_freshness as pf on pf.product_id = m.product_id
        where m.feature_id = w.id and m.deleted_at is null
          and (pf.tests_discovered_at is not null or pf.tests_reconciled_at is not null)
      ) as testsRead
    from wanted as w left join test on test.feature_id = w.id left join bug on bug.feature_id = w.id
      left join story on story.feature_id = w.id`.execute(db);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (id) => {
    const own = byId.get(id);
    if (own === undefined) return { user_story_count: 0, test_count: null, bug_count: null };
    const knowsTests = own.testsRead === 1 || own.tests > 0;
    const knowsBugs = own.bugs > 0 || (own.tests > 0 ? own.testsWithBugs > 0 : knowsTests);
    return {
      user_story_count: own.stories,
      test_count: knowsTests ? own.tests : null,
      bug_count: knowsBugs ? own.bugs : null,
    };
  };
}

export interface FeaturePlaces {
  readonly products: Titled[];
  /** Real ones; absent where no product of the feature has sections. */
  readonly sections?: Titled[];
}

/** The living products and real sections that list these features, with one statement. */
export async function featurePlaces(db: Db, ids: readonly number[]): Promise<(id: number) => FeaturePlaces> {
  const rows = await db
    .selectFrom('product_features as m')
    .innerJoin('products as p', 'p.id', 'm.product_id')
    .leftJoin('sections as s', (join) =>
      join.onRef('s.id', '=', 'm.section_key').on('s.deleted_at', 'is', null).on('s.is_default', '=', 0),
    )
    .select(['m.feature_id', 'p.id as product_id', 'p.title as product_title'])
    .select(['s.id as section_id', 's.title as section_title'])
    .where('m.feature_id', 'in', idList(ids))
    .where('m.deleted_at', 'is', null)
    .where('p.deleted_at', 'is', null)
    .orderBy('p.id')
    .orderBy('s.id')
    .execute();
  const byId = Map.groupBy(rows, (row) => row.feature_id);
  return (id) => {
    const products = new Map<number, Titled>();
    const sections = new Map<number, Titled>();
    for (const row of byId.get(id) ?? []) {
      products.set(row.product_id, toTitled(row.product_id, row.product_title));
      const section = toTitled(row.section_id, row.section_title);
      if (section !== null) sections.set(section.id, section);
    }
    return { products: [...products.values()], ...(sections.size === 0 ? {} : { sections: [...sections.values()] }) };
  };
}
