import type { Feature, UserStory } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList, pairList } from '../sqlite/id-list.ts';
import type { WriteScope } from '../store.ts';
import { bury, buryFeatures } from './tombstones.ts';
import { type Row, type UpsertRule, upsert } from './upsert.ts';

const FEATURES: UpsertRule<'features'> = { table: 'features', key: ['id'], keep: ['first_seen_at'] };
const MEMBERSHIPS: UpsertRule<'product_features'> = {
  table: 'product_features',
  key: ['product_id', 'feature_id', 'section_key'],
};
const STORIES: UpsertRule<'user_stories'> = { table: 'user_stories', key: ['id'], keep: ['first_seen_at'] };

/** A feature as one product lists it. */
export interface ListedFeature {
  readonly feature: Feature;
  /** The sections that list it; empty where the product was not asked section by section. */
  readonly sectionIds: readonly number[];
}

export interface SaveFeaturesOptions {
  /** Whether these are all features of the product. Then the others are marked as deleted and the product is stamped. */
  readonly complete: boolean;
  /** All stories of the product that no feature names, where they were asked for. */
  readonly unlinkedStories?: readonly UserStory[] | undefined;
}

/**
 * Writes the features of one product with their user stories. A feature that several products share is one row with a
 * membership for each; it is marked as deleted when the last one is gone. The stories of a feature that came without ids
 * (`userStories: null`) are left as they are.
 *
 * @returns the number of rows inserted, changed or marked
 */
export async function saveFeatures(
  scope: WriteScope,
  productId: number,
  features: readonly ListedFeature[],
  options: SaveFeaturesOptions,
): Promise<number> {
  const { db, now } = scope;
  const members = features.flatMap((listed) => membershipRows(productId, listed));
  const linked = linkedStoryRows(features, now);
  const unlinked = await unlinkedStoryRows(scope, productId, options.unlinkedStories ?? [], linked);
  const written = [
    await upsert(
      db,
      FEATURES,
      features.map(({ feature }) => featureRow(feature, now)),
    ),
    await upsert(db, MEMBERSHIPS, members),
    await upsert(db, STORIES, [...linked.values(), ...unlinked]),
  ];
  const rows = written.reduce((sum, keys) => sum + keys.length, 0);
  if (!options.complete) return rows;
  const seen = [...linked.keys(), ...unlinked.map((story) => story.id)];
  const buried = await buryMissing(scope, productId, features, members, seen, options.unlinkedStories !== undefined);
  await sql`
    insert into product_freshness (product_id, features_at) values (${productId}, ${now})
    on conflict (product_id) do update set features_at = excluded.features_at`.execute(db);
  return rows + buried;
}

async function buryMissing(
  scope: WriteScope,
  productId: number,
  features: readonly ListedFeature[],
  members: readonly Row<'product_features'>[],
  seenStories: readonly number[],
  storiesWereAskedFor: boolean,
): Promise<number> {
  const listed = pairList(members.map((member) => [member.feature_id, member.section_key]));
  const left = await bury(
    scope,
    'product_features',
    'feature_id',
    sql`product_id = ${productId} and (feature_id, section_key) not in ${listed}`,
  );
  const orphans = await buryFeatures(scope, left);
  const withStories = features.filter(({ feature }) => feature.userStories !== null || storiesWereAskedFor);
  const gone = await bury(
    scope,
    'user_stories',
    'id',
    sql`feature_id in ${idList(withStories.map(({ feature }) => feature.id))} and id not in ${idList(seenStories)}`,
  );
  if (withStories.length < features.length) return left.length + orphans + gone.length;
  const loose = await bury(
    scope,
    'user_stories',
    'id',
    sql`product_id = ${productId} and id not in ${idList(seenStories)}`,
  );
  return left.length + orphans + gone.length + loose.length;
}

function featureRow(feature: Feature, now: number): Row<'features'> {
  return {
    id: feature.id,
    title: feature.title,
    description: feature.description,
    how_to_find: feature.howToFind,
    first_seen_at: now,
    deleted_at: null,
  };
}

function membershipRows(productId: number, listed: ListedFeature): Row<'product_features'>[] {
  const sections = listed.sectionIds.length === 0 ? [0] : listed.sectionIds;
  return sections.map((section) => ({
    product_id: productId,
    feature_id: listed.feature.id,
    section_key: section,
    deleted_at: null,
  }));
}

function linkedStoryRows(features: readonly ListedFeature[], now: number): Map<number, Row<'user_stories'>> {
  const rows = new Map<number, Row<'user_stories'>>();
  for (const { feature } of features) {
    for (const [position, story] of (feature.userStories ?? []).entries()) {
      // Should two features name one story, the first one keeps it in every run.
      if (!rows.has(story.id))
        rows.set(story.id, storyRow(story, { feature: feature.id, product: null, position }, now));
    }
  }
  return rows;
}

/**
 * Rows for stories that no feature names now. What the store knows better stays: the feature of a story whose answer held
 * only texts this time, and the product of one that several products list, which would otherwise change hands each time.
 */
async function unlinkedStoryRows(
  { db, now }: WriteScope,
  productId: number,
  stories: readonly UserStory[],
  linked: ReadonlyMap<number, unknown>,
): Promise<Row<'user_stories'>[]> {
  const unlinked = stories.filter((story) => !linked.has(story.id));
  if (unlinked.length === 0) return [];
  const known = await db
    .selectFrom('user_stories as story')
    .leftJoin('features as feature', 'feature.id', 'story.feature_id')
    .leftJoin('products as product', 'product.id', 'story.product_id')
    .select(['story.id', 'story.feature_id', 'story.product_id', 'story.position'])
    .where('story.deleted_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb.and([eb('feature.id', 'is not', null), eb('feature.deleted_at', 'is', null)]),
        eb.and([eb('product.id', 'is not', null), eb('product.deleted_at', 'is', null)]),
      ]),
    )
    .where('story.id', 'in', idList(unlinked.map((story) => story.id)))
    .execute();
  const places = new Map(known.map((row) => [row.id, row]));
  return unlinked.map((story, index) => {
    const place = places.get(story.id);
    return storyRow(
      story,
      {
        feature: place?.feature_id ?? null,
        product: place === undefined ? productId : place.product_id,
        position: place !== undefined && place.product_id !== productId ? place.position : index,
      },
      now,
    );
  });
}

interface StoryPlace {
  readonly feature: number | null;
  readonly product: number | null;
  readonly position: number;
}

function storyRow(story: UserStory, place: StoryPlace, now: number): Row<'user_stories'> {
  return {
    id: story.id,
    feature_id: place.feature,
    product_id: place.product,
    position: place.position,
    title: story.title,
    path: story.path,
    first_seen_at: now,
    deleted_at: null,
  };
}
