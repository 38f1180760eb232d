import type { FeatureRecord, ProductRecord, StoryRecord } from '../account/records.ts';
import { ControlError } from '../control/control-error.ts';
import { isObject, type JsonObject } from '../control/shape.ts';
import { walkedSectionIds } from '../generate/features.ts';
import { allSections } from '../present/product.ts';
import type { EditContext } from './edit.ts';
import { existingFeature, existingProduct, freeId } from './lookup.ts';
import { checkMembers, IDS, type MemberType, orNull, STORIES, TEXT } from './members.ts';

const MEMBERS: Readonly<Record<string, MemberType>> = {
  title: TEXT,
  description: orNull(TEXT),
  howtofind: orNull(TEXT),
  user_stories: STORIES,
  section_ids: IDS,
};

/** Adds a feature to the product `parent`; without `section_ids` to its first section. */
export function addFeature(
  context: EditContext,
  wanted: number | undefined,
  parent: number | undefined,
  set: JsonObject,
): number {
  const { account, changes } = context;
  const product = existingProduct(context, parent);
  const id = freeId(context, 'feature', wanted, (candidate) => account.features.has(candidate));
  const blank: FeatureRecord = {
    id,
    productId: product.id,
    title: 'New feature',
    description: null,
    howtofind: null,
    sectionIds: walkedSectionIds(product).slice(0, 1),
    stories: [],
  };
  changes.put(account.features, id, withMembers(context, product, blank, set));
  return id;
}

/** Changes a feature. Tests keep the copy they have. Stories whose text stays keep their ids. */
export function changeFeature(context: EditContext, id: number, set: JsonObject): void {
  const { account, changes } = context;
  const feature = existingFeature(context, id);
  changes.put(account.features, id, withMembers(context, existingProduct(context, feature.productId), feature, set));
}

/** Deletes a feature with its stories. Tests go on naming its id, which no list contains any more. */
export function deleteFeature(context: EditContext, id: number): void {
  existingFeature(context, id);
  context.changes.drop(context.account.features, id);
}

function withMembers(
  context: EditContext,
  product: ProductRecord,
  feature: FeatureRecord,
  set: JsonObject,
): FeatureRecord {
  checkMembers(set, MEMBERS, context.where);
  const { title = feature.title, description = feature.description, howtofind = feature.howtofind } = set;
  const { section_ids: sectionIds, user_stories: stories } = set;
  return {
    ...feature,
    title: String(title),
    description: textOf(description),
    howtofind: textOf(howtofind),
    ...(Array.isArray(sectionIds) ? { sectionIds: sectionsOf(context, product, sectionIds) } : {}),
    ...(Array.isArray(stories) ? { stories: storiesOf(context, feature, stories) } : {}),
  };
}

function textOf(value: unknown): string | null | undefined {
  return value === null || value === undefined ? value : String(value);
}

function sectionsOf({ where }: EditContext, product: ProductRecord, ids: readonly number[]): number[] {
  const known = allSections(product).map((section) => section.id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new ControlError(`${where}.set.section_ids: the product has no section ${unknown}.`);
  if (ids.length === 0) throw new ControlError(`${where}.set.section_ids must name a section.`);
  return [...new Set(ids)].sort((a, b) => a - b);
}

function storiesOf(context: EditContext, feature: FeatureRecord, stories: readonly unknown[]): StoryRecord[] {
  const left = [...feature.stories];
  return stories
    .map((story): StoryRecord => {
      const path = isObject(story) ? story.path : story;
      if (typeof path !== 'string')
        throw new ControlError(`${context.where}.set.user_stories: every story needs a path.`);
      const wanted = isObject(story) ? story.id : undefined;
      const at = left.findIndex((known) => (wanted === undefined ? known.path === path : known.id === wanted));
      const [known] = at === -1 ? [] : left.splice(at, 1);
      if (wanted !== undefined && known === undefined) {
        throw new ControlError(
          `${context.where}.set.user_stories: the feature has no story ${String(wanted)}; new ones get their id.`,
        );
      }
      return { id: known?.id ?? context.ids.next('story'), featureId: feature.id, path };
    })
    .sort((a, b) => a.id - b.id);
}
