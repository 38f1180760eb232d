import { type Feature, type Product, TestioError, type UserStory } from '@testio-mcp/domain';
import { expect, test } from 'vitest';
import { type FeatureQuestions, readFeatures } from '../src/read-features.ts';
import { apiTrouble } from './fake-list.ts';

function story(id: number, featureId: number | null): UserStory {
  return { id, path: `story ${id}`, title: null, featureId };
}

function feature(
  id: number,
  userStories: readonly UserStory[] | null,
  userStoryTexts: readonly string[] = [],
): Feature {
  return { id, title: `feature ${id}`, description: null, howToFind: null, userStories, userStoryTexts };
}

function product(sections: readonly number[], withDefault: readonly number[] = [90]): Product {
  const named = (id: number) => ({ id, title: null });
  return {
    id: 1,
    title: 'One',
    description: null,
    type: null,
    defaultSectionId: 90,
    sections: sections.map(named),
    sectionsWithDefault: withDefault.map(named),
    connection: null,
  };
}

/** Lists by section; `all` for questions without one. */
type Lists<T> = Readonly<Record<number | 'all', readonly T[] | TestioError>>;

function questionsOf(features: Partial<Lists<Feature>>, stories: Partial<Lists<UserStory>> = {}) {
  const asked: string[] = [];
  const answer = async <T>(what: string, lists: Partial<Lists<T>>, section: number | undefined): Promise<T[]> => {
    asked.push(`${what} ${section ?? 'all'}`);
    const list = lists[section ?? 'all'] ?? apiTrouble(404);
    if (list instanceof TestioError) throw list;
    return [...list];
  };
  const questions: FeatureQuestions = {
    api: {
      listFeatures: (_, options) => answer('features', features, options?.sectionId),
      listUserStories: (_, options) => answer('stories', stories, options?.sectionId),
    },
    ask: (question) => question(),
    signal: new AbortController().signal,
  };
  return { questions, asked };
}

const rejected = new TestioError({
  kind: 'upstream',
  code: 'api_rejected',
  message: 'needs a section',
  upstreamStatus: 422,
});

test('a product without sections is asked once', async () => {
  const { questions, asked } = questionsOf({ all: [feature(1, [story(10, 1)])] });
  const read = await readFeatures(questions, product([]));
  expect(asked).toEqual(['features all']);
  expect(read).toMatchObject({ features: [{ feature: { id: 1 }, sectionIds: [] }], lost: [] });
});

test('features that sections share come once, with all their sections', async () => {
  const shared = feature(1, []);
  const { questions, asked } = questionsOf({ 7: [shared, feature(2, [])], 8: [shared], 9: [] });
  const read = await readFeatures(questions, product([7, 8, 9]));
  expect(asked).toEqual(['features 7', 'features 8', 'features 9']);
  expect(read.features.map((one) => [one.feature.id, one.sectionIds])).toEqual([
    [1, [7, 8]],
    [2, [7]],
  ]);
});

test('a product whose sections stand beside the default one only is walked, too', async () => {
  const { questions, asked } = questionsOf({ 90: [], 91: [feature(1, [])] });
  await readFeatures(questions, product([], [90, 91]));
  expect(asked).toEqual(['features 90', 'features 91']);
});

test('a product that is said to have no sections but needs one falls back to its default section', async () => {
  const { questions, asked } = questionsOf({ all: rejected, 90: [feature(1, [])] });
  const read = await readFeatures(questions, product([]));
  expect(asked).toEqual(['features all', 'features 90']);
  expect(read.features).toMatchObject([{ feature: { id: 1 }, sectionIds: [90] }]);
});

test('other refusals are not taken for a missing section', async () => {
  const { questions, asked } = questionsOf({ all: apiTrouble(404) });
  await expect(readFeatures(questions, product([]))).rejects.toMatchObject({ code: 'api_not_found' });
  expect(asked).toEqual(['features all']);
});

test('a section that does not come is told, the others are read; without any there is no answer', async () => {
  const some = questionsOf({ 7: [feature(1, [])], 8: apiTrouble(503) });
  const read = await readFeatures(some.questions, product([7, 8]));
  expect(read.features).toHaveLength(1);
  expect(read.lost).toMatchObject([{ sectionId: 8, error: { code: 'api_server_error' } }]);
  const none = questionsOf({ 7: apiTrouble(503), 8: apiTrouble(503) });
  await expect(readFeatures(none.questions, product([7, 8]))).rejects.toMatchObject({ code: 'api_server_error' });
});

test('a refused token is passed on at once', async () => {
  const { questions } = questionsOf({ 7: [], 8: apiTrouble(401) });
  await expect(readFeatures(questions, product([7, 8]))).rejects.toMatchObject({ code: 'api_unauthorized' });
});

test('stories that come as texts are read from their own list and given to the features they name', async () => {
  const { questions, asked } = questionsOf(
    { 7: [feature(1, null, ['a', 'b'])], 8: [feature(2, [story(20, 2)]), feature(3, null, ['c'])] },
    { 7: [story(10, 1), story(11, 1)], 8: [story(20, 2), story(30, null), story(10, 1)] },
  );
  const read = await readFeatures(questions, product([7, 8]));
  expect(asked).toEqual(['features 7', 'features 8', 'stories 7', 'stories 8']);
  expect(read.features.map(({ feature: one }) => one.userStories?.map((each) => each.id) ?? null)).toEqual([
    [10, 11],
    [20],
    null,
  ]);
  expect(read.unlinkedStories?.map((one) => one.id)).toEqual([30]);
});

test('features without any story need no list of stories', async () => {
  const { questions, asked } = questionsOf({ all: [feature(1, null, [])] });
  const read = await readFeatures(questions, product([]));
  expect(asked).toEqual(['features all']);
  expect(read.unlinkedStories).toBeUndefined();
});

test('a list of stories that does not come is told and leaves the features', async () => {
  const { questions } = questionsOf({ all: [feature(1, null, ['a'])] }, { all: apiTrouble(503) });
  const read = await readFeatures(questions, product([]));
  expect(read.features).toHaveLength(1);
  expect(read.unlinkedStories).toBeUndefined();
  expect(read.lost).toMatchObject([{ sectionId: null }]);
});
