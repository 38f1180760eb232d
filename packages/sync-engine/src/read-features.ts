import type { ApiClient } from '@testio-mcp/api-client';
import {
  type Feature,
  hasSections,
  type Product,
  sectionsToWalk,
  type TestioError,
  toTestioError,
  type UserStory,
} from '@testio-mcp/domain';
import type { ListedFeature } from '@testio-mcp/persistence';
import pLimit from 'p-limit';
import { troubleOf } from './trouble.ts';

/** Sections of one product asked for at a time (customer-api 10.4). */
const SECTIONS_AT_A_TIME = 3;

/** Sends one question; the place where a run counts, and where it stops. */
export type AskOne = <T>(question: () => Promise<T>) => Promise<T>;

export interface FeatureQuestions {
  readonly api: Pick<ApiClient, 'listFeatures' | 'listUserStories'>;
  readonly ask: AskOne;
  readonly signal: AbortSignal;
  /** See CallOptions. */
  readonly isPatient?: boolean;
}

/** A list that did not come. `sectionId` is null for a product that is not asked section by section. */
export interface LostList {
  readonly sectionId: number | null;
  readonly error: TestioError;
}

export interface ReadFeatures {
  readonly features: readonly ListedFeature[];
  /** Stories that no feature names; absent where the features came with all of theirs. */
  readonly unlinkedStories: readonly UserStory[] | undefined;
  readonly lost: readonly LostList[];
}

/**
 * Reads the features of a product with their user stories: section by section if it has sections, each feature once with all
 * sections that list it (customer-api 5.1, 8.3, 8.4). Where the stories come as texts only, they are read from their own
 * list (8.5).
 *
 * @throws when not a single list came
 */
export async function readFeatures(questions: FeatureQuestions, product: Product): Promise<ReadFeatures> {
  const { lists, sections } = await readLists(questions, product);
  const features = merge(
    lists.flatMap((list) => list.answer.map((feature) => ({ feature, sectionId: list.sectionId }))),
  );
  const lost = lists.flatMap((list) => list.lost);
  if (!features.some(({ feature }) => hasTextsOnly(feature))) return { features, unlinkedStories: undefined, lost };
  const stories = await inEach(questions, sections, (sectionId) =>
    questions.api.listUserStories(product.id, { sectionId, isPatient: questions.isPatient, signal: questions.signal }),
  );
  const lostStories = stories.flatMap((list) => list.lost);
  if (lostStories.length > 0) return { features, unlinkedStories: undefined, lost: [...lost, ...lostStories] };
  return { ...link(features, unique(stories.flatMap((list) => list.answer))), lost };
}

type SectionIds = readonly (number | undefined)[];

async function readLists(questions: FeatureQuestions, product: Product) {
  const { api, signal, isPatient } = questions;
  const bySection = (sections: SectionIds) =>
    inEach(questions, sections, (sectionId) => api.listFeatures(product.id, { sectionId, isPatient, signal }));
  const walked = sectionsToWalk(product).map((section) => section.id);
  if (hasSections(product)) return { lists: await orThrow(bySection(walked)), sections: walked };
  const whole: SectionIds = [undefined];
  try {
    return { lists: await orThrow(bySection(whole)), sections: whole };
  } catch (thrown) {
    const error = toTestioError(thrown);
    const others = walked.length > 0 ? walked : [product.defaultSectionId].filter((id) => id !== null);
    // The product has sections after all: the API wants them named (customer-api 8.3).
    if (error.facts.upstreamStatus !== 422 || others.length === 0) throw error;
    return { lists: await orThrow(bySection(others)), sections: others };
  }
}

interface ReadList<T> {
  readonly sectionId: number | null;
  readonly answer: readonly T[];
  readonly lost: readonly LostList[];
}

async function inEach<T>(
  { ask }: FeatureQuestions,
  sections: SectionIds,
  question: (sectionId: number | undefined) => Promise<readonly T[]>,
): Promise<ReadList<T>[]> {
  return pLimit(SECTIONS_AT_A_TIME).map(sections, async (section) => {
    const sectionId = section ?? null;
    try {
      return { sectionId, answer: await ask(() => question(section)), lost: [] };
    } catch (thrown) {
      const error = toTestioError(thrown);
      if (troubleOf(error) === 'run') throw error;
      return { sectionId, answer: [], lost: [{ sectionId, error }] };
    }
  });
}

/** Nothing of several lists is no answer. */
async function orThrow<T>(reading: Promise<ReadList<T>[]>): Promise<ReadList<T>[]> {
  const lists = await reading;
  const lost = lists.flatMap((list) => list.lost);
  const [first] = lost;
  if (first !== undefined && lost.length === lists.length) throw first.error;
  return lists;
}

function merge(listed: readonly { readonly feature: Feature; readonly sectionId: number | null }[]): ListedFeature[] {
  const features = new Map<number, { feature: Feature; sectionIds: Set<number> }>();
  for (const { feature, sectionId } of listed) {
    const known = features.get(feature.id) ?? { feature, sectionIds: new Set() };
    if (known.feature.userStories === null) known.feature = feature;
    if (sectionId !== null) known.sectionIds.add(sectionId);
    features.set(feature.id, known);
  }
  return [...features.values()].map(({ feature, sectionIds }) => ({ feature, sectionIds: [...sectionIds] }));
}

function hasTextsOnly(feature: Feature): boolean {
  return feature.userStories === null && feature.userStoryTexts.length > 0;
}

/** Gives stories that name their feature to it; the others stay without one. */
function link(features: readonly ListedFeature[], stories: readonly UserStory[]): Omit<ReadFeatures, 'lost'> {
  const wanting = new Set(features.filter(({ feature }) => hasTextsOnly(feature)).map(({ feature }) => feature.id));
  const byFeature = Map.groupBy(stories, (story) => story.featureId);
  const linked = features.map((listed) => {
    const own = wanting.has(listed.feature.id) ? byFeature.get(listed.feature.id) : undefined;
    return own === undefined ? listed : { ...listed, feature: { ...listed.feature, userStories: own } };
  });
  const taken = new Set(linked.flatMap(({ feature }) => (feature.userStories ?? []).map((story) => story.id)));
  return { features: linked, unlinkedStories: stories.filter((story) => !taken.has(story.id)) };
}

function unique(stories: readonly UserStory[]): UserStory[] {
  return [...new Map(stories.map((story) => [story.id, story])).values()];
}
