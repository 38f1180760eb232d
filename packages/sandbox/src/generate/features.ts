import type { FeatureRecord, ProductRecord, StoryRecord } from '../account/records.ts';
import { Random } from '../random.ts';
import type { Area } from '../vocabulary/domain.ts';
import { ASPECTS, QUALIFIERS } from '../vocabulary/test-texts.ts';
import type { ProductPlan } from './sizes.ts';
import { apportion } from './sizes.ts';

const KIND = 3;

/** Hands out ids in ascending order with gaps, as ids of one customer have them. */
export class IdSource {
  #last: number;
  readonly #random: Random;

  constructor(start: number, ...parts: readonly number[]) {
    this.#last = start;
    this.#random = new Random(...parts);
  }

  /** The next id; `room` ids are reserved behind it. */
  next(maxGap: number, room = 1): number {
    const id = this.#last + this.#random.int(1, maxGap);
    this.#last = id + room - 1;
    return id;
  }
}

export interface GeneratedFeatures {
  /** The features that the product's lists contain, ids ascending. */
  readonly listed: FeatureRecord[];
  /** Features that were deleted; old tests still refer to them. */
  readonly gone: FeatureRecord[];
}

/** The features of one product with their user stories. */
export function generateFeatures(
  root: number,
  product: ProductRecord,
  plan: ProductPlan,
  featureIds: IdSource,
  storyIds: IdSource,
): GeneratedFeatures {
  const random = new Random(root, KIND, product.id);
  const goneCount = plan.features >= 8 ? Math.max(1, Math.round(plan.features / 40)) : 0;
  const total = plan.features + goneCount;
  const weights = Array.from({ length: total }, (_, i) => (i % 9 === 5 ? 0 : random.int(2, 10)));
  const storyCounts = [
    ...apportion(plan.stories, weights.slice(0, plan.features)),
    ...weights.slice(plan.features).map(() => 2),
  ];
  const walked = walkedSectionIds(product);
  const features = storyCounts.map((storyCount, i): FeatureRecord => {
    const id = featureIds.next(60);
    const areas = product.domain.areas;
    const area = areas[i % areas.length] as Area;
    const aspect = ASPECTS[(Math.floor(i / areas.length) - 1) % ASPECTS.length];
    const title = i < areas.length ? area.title : `${area.title}: ${aspect}`;
    return {
      id,
      productId: product.id,
      title: i % 37 === 11 ? ` ${title} ` : title,
      description: i % 13 === 7 ? undefined : i % 7 === 3 ? null : area.description,
      howtofind: i % 17 === 9 ? undefined : i % 5 === 4 ? null : area.where,
      sectionIds: sectionsOf(walked, i, random),
      stories: generateStories(product, area, id, storyCount, storyIds, random),
    };
  });
  return { listed: features.slice(0, plan.features), gone: features.slice(plan.features) };
}

/** The sections whose features a reader must ask for (customer-api 5.1). */
export function walkedSectionIds(product: ProductRecord): number[] {
  if (product.sections.length > 0) return product.sections.map((section) => section.id);
  return [product.defaultSectionId, ...product.hiddenSections.map((section) => section.id)];
}

/** Every section gets features of its own; about one feature in six is in two sections. */
function sectionsOf(walked: readonly number[], index: number, random: Random): number[] {
  const own = walked[index % walked.length] ?? 0;
  if (walked.length < 2 || (index !== 1 && !random.chance(0.15))) return [own];
  const other = walked[(index + 1) % walked.length] ?? own;
  return [own, other].sort((a, b) => a - b);
}

function generateStories(
  product: ProductRecord,
  area: Area,
  featureId: number,
  count: number,
  ids: IdSource,
  random: Random,
): StoryRecord[] {
  const start = random.int(0, 40);
  return Array.from({ length: count }, (_, i) => {
    const phrase = area.stories[i % area.stories.length] ?? 'use it';
    const qualifier = QUALIFIERS[Math.floor(i / area.stories.length) % QUALIFIERS.length] ?? '';
    const persona = product.domain.personas[(start + i) % product.domain.personas.length] ?? 'user';
    const path = `A ${persona} can ${phrase}${qualifier}`;
    return { id: ids.next(9), featureId, path: i % 23 === 19 ? `${path} ` : path };
  });
}
