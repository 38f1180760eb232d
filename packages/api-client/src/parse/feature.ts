import type { Feature, UserStory } from '@testio-mcp/domain';
import { Drift, idOf, type Json, objectOf, requiredId, textOf } from './members.ts';

/** A feature of a product (customer-api 7.3). A story that does not name its feature belongs to the one that holds it. */
export function feature(object: Json, where: string): Feature {
  const id = requiredId(object.id, `${where}.id`);
  const { stories, texts } = storiesOf(object.user_stories, `${where}.user_stories`, (story, place) => {
    const parsed = userStory(story, place);
    return parsed.featureId === null ? { ...parsed, featureId: id } : parsed;
  });
  return {
    id,
    title: textOf(object.title),
    description: textOf(object.description),
    howToFind: textOf(object.howtofind),
    userStories: stories,
    userStoryTexts: texts,
  };
}

/** A user story by itself (customer-api 7.7); most endpoints do not say which feature it belongs to. */
export function userStory(object: Json, where: string): UserStory {
  return {
    id: requiredId(object.id, `${where}.id`),
    path: textOf(object.path),
    title: textOf(object.title),
    featureId: idOf(object.feature_id),
  };
}

/**
 * The stories of a feature or of its copy in a test: objects where they were asked for and the API knows how, else texts.
 *
 * @returns `stories` is null when the answer held only texts, or nothing that tells; `texts` are those of either form
 */
export function storiesOf<T extends { readonly path: string | null; readonly title: string | null }>(
  value: unknown,
  where: string,
  parse: (object: Json, where: string) => T,
): { stories: T[] | null; texts: string[] } {
  if (value === null) return { stories: [], texts: [] };
  if (!Array.isArray(value)) return { stories: null, texts: [] };
  const stories: T[] = [];
  const texts: (string | null)[] = value.map((element: unknown, index) => {
    if (typeof element === 'string') return textOf(element);
    const object = objectOf(element);
    if (object === null) throw new Drift(`${where}[${index}] is neither text nor an object`);
    const story = parse(object, `${where}[${index}]`);
    stories.push(story);
    return story.path ?? story.title;
  });
  const onlyTexts = value.length > 0 && stories.length === 0;
  return { stories: onlyTexts ? null : stories, texts: texts.filter((text) => text !== null) };
}
