import type { Feature, UserStory } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList, pairList } from '../sqlite/id-list.ts';
import { indexDocuments, indexFeaturesWithStories } from '../sqlite/search-index.ts';
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
  const { complete, unlinkedStories } = options;
  const members = features.flatMap((listed) => membershipRows(productId, listed));
  const linked = linkedStoryRows(features, now);
  const loose = (unlinkedStories ?? []).filter((story) => !linked.has(story.id));
  const seenStories = [...linked.keys(), ...loose.map((story) => story.id)];
  const featureRows = features.map(({ feature }) => featureRow(feature, now));
  const writtenFeatures = await upsert(db, FEATURES, featureRows);
  const writtenMembers = (await upsert(db, MEMBERSHIPS, members)).length;
  const written = writtenFeatures.length + writtenMembers;
  // Features go before stories are placed: a story may outlive its feature.
  const goneFeatures = complete ? await buryMissingFeatures(scope, productId, members, seenStories) : 0;
  const stories = [...linked.values(), ...(await looseStoryRows(scope, productId, loose))];
  const placed = await upsert(db, STORIES, stories);
  await indexDocuments(scope, 'feature', writtenFeatures);
  await indexDocuments(scope, 'user_story', placed);
  if (writtenMembers > 0)
    await indexFeaturesWithStories(
      scope,
      features.map(({ feature }) => feature.id),
    );
  const writtenStories = placed.length;
  if (!complete) return written + writtenStories;
  const known =
    unlinkedStories === undefined ? features.filter(({ feature }) => feature.userStories !== null) : features;
  const goneStories = await buryMissingStories(
    scope,
    known,
    seenStories,
    known.length === features.length ? productId : null,
  );
  await sql`
    insert into product_freshness (product_id, features_at) values (${productId}, ${now})
    on conflict (product_id) do update set features_at = excluded.features_at`.execute(db);
  return written + writtenStories + goneFeatures + goneStories;
}

async function buryMissingFeatures(
  scope: WriteScope,
  productId: number,
  members: readonly Row<'product_features'>[],
  seenStories: readonly number[],
): Promise<number> {
  const listed = pairList(members.map((member) => [member.feature_id, member.section_key]));
  const left = await bury(
    scope,
    'product_features',
    'feature_id',
    sql`product_id = ${productId} and (feature_id, section_key) not in ${listed}`,
  );
  const buried = await buryFeatures(scope, left, seenStories);
  await indexFeaturesWithStories(scope, left);
  return left.length + buried;
}

/**
 * @param features those whose stories were all seen
 * @param productId the product, if all of its stories were seen
 */
async function buryMissingStories(
  scope: WriteScope,
  features: readonly ListedFeature[],
  seenStories: readonly number[],
  productId: number | null,
): Promise<number> {
  const owners = idList(features.map(({ feature }) => feature.id));
  const gone = await bury(
    scope,
    'user_stories',
    'id',
    sql`(feature_id in ${owners} or product_id = ${productId}) and id not in ${idList(seenStories)}`,
  );
  return gone.length;
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
async function looseStoryRows(
  { db, now }: WriteScope,
  productId: number,
  stories: readonly UserStory[],
): Promise<Row<'user_stories'>[]> {
  if (stories.length === 0) return [];
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
    .where('story.id', 'in', idList(stories.map((story) => story.id)))
    .execute();
  const places = new Map(known.map((row) => [row.id, row]));
  return stories.map((story, index) => {
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
