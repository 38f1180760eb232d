import { type RawBuilder, sql } from 'kysely';
import { idList } from '../sqlite/id-list.ts';
import { dropDocuments, indexFeaturesWithStories, type SearchKind } from '../sqlite/search-index.ts';
import type { WriteScope } from '../store.ts';

/** Tables whose rows are marked instead of deleted. */
type Mortal = 'products' | 'sections' | 'features' | 'product_features' | 'user_stories' | 'test_features';

/** Those of them that search finds. */
const SEARCHED: Partial<Record<Mortal, SearchKind>> = {
  products: 'product',
  features: 'feature',
  user_stories: 'user_story',
};

/**
 * Marks living rows that meet a condition as deleted.
 *
 * @param answer the column to answer with, one value per row marked
 */
export async function bury(
  { db, now }: WriteScope,
  table: Mortal,
  answer: string,
  condition: RawBuilder<unknown>,
): Promise<number[]> {
  const { rows } = await sql<{ key: number }>`
    update ${sql.table(table)} set deleted_at = ${now} where deleted_at is null and ${condition}
    returning ${sql.ref(answer)} as key`.execute(db);
  const kind = SEARCHED[table];
  if (kind !== undefined) await dropDocuments({ db }, kind, keys(rows));
  return keys(rows);
}

function keys(rows: readonly { readonly key: number }[]): number[] {
  return rows.map((row) => row.key);
}

/**
 * Marks tests as deleted, and their bugs with them. Their bugs count as never loaded from then on: a test that comes back
 * must not look as if it had none.
 *
 * @returns the number of tests and bugs marked
 */
export async function buryTests(
  { db, now }: WriteScope,
  condition: RawBuilder<unknown>,
  changeNumber: number,
): Promise<number> {
  const tests = await sql<{ id: number }>`
    update tests set deleted_at = ${now}, change_number = ${changeNumber}, changed_at = ${now}
    where deleted_at is null and ${condition} returning id`.execute(db);
  if (tests.rows.length === 0) return 0;
  const buried = tests.rows.map((row) => row.id);
  const ids = idList(buried);
  await dropDocuments({ db }, 'test', buried);
  const bugs = await buryBugs({ db, now }, sql`test_id in ${ids}`, changeNumber);
  await sql`update test_freshness set bugs_at = null where test_id in ${ids}`.execute(db);
  return tests.rows.length + bugs;
}

/** Marks bugs as deleted. Returns how many. */
export async function buryBugs(
  { db, now }: WriteScope,
  condition: RawBuilder<unknown>,
  changeNumber: number,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    update bugs set deleted_at = ${now}, change_number = ${changeNumber}, changed_at = ${now}
    where deleted_at is null and ${condition} returning id`.execute(db);
  await dropDocuments(
    { db },
    'bug',
    rows.map(({ id }) => id),
  );
  return rows.length;
}

/**
 * Marks features that no product lists any more as deleted, and their stories with them.
 *
 * @param exceptStories stories that are known to live on without their feature
 * @returns the number of features and stories marked
 */
export async function buryFeatures(
  scope: WriteScope,
  candidates: readonly number[],
  exceptStories: readonly number[] = [],
): Promise<number> {
  if (candidates.length === 0) return 0;
  const features = await bury(
    scope,
    'features',
    'id',
    sql`id in ${idList(new Set(candidates))} and not exists (
      select 1 from product_features as membership
      where membership.feature_id = features.id and membership.deleted_at is null)`,
  );
  const stories = await bury(
    scope,
    'user_stories',
    'id',
    sql`feature_id in ${idList(features)} and id not in ${idList(exceptStories)}`,
  );
  return features.length + stories.length;
}

/**
 * Marks everything that belongs to products as deleted: sections, features that no other product lists, stories, tests,
 * bugs. None of it counts as read from then on.
 *
 * @returns the number of rows marked, the products themselves not included
 */
export async function buryContents(
  scope: WriteScope,
  products: readonly number[],
  changeNumber: number,
): Promise<number> {
  const ids = idList(products);
  const sections = await bury(scope, 'sections', 'id', sql`product_id in ${ids}`);
  const memberships = await bury(scope, 'product_features', 'feature_id', sql`product_id in ${ids}`);
  const features = await buryFeatures(scope, memberships);
  const stories = await bury(scope, 'user_stories', 'id', sql`product_id in ${ids}`);
  // What other products share lives on, but cannot be found under these any more.
  await indexFeaturesWithStories(scope, memberships);
  const tests = await buryTests(scope, sql`product_id in ${ids}`, changeNumber);
  await sql`delete from product_freshness where product_id in ${ids}`.execute(scope.db);
  return sections.length + memberships.length + features + stories.length + tests;
}
