import type { FeatureRecord, StoryRecord } from '../account/records.ts';
import type { WireFeature, WireStory } from '../wire.ts';

/** A feature of a product (customer-api 7.3); stories are texts unless asked for as objects. */
export function presentFeature(feature: FeatureRecord, storiesAsObjects: boolean): WireFeature {
  return {
    id: feature.id,
    title: feature.title,
    ...(feature.description === undefined ? {} : { description: feature.description }),
    ...(feature.howtofind === undefined ? {} : { howtofind: feature.howtofind }),
    user_stories: storiesAsObjects
      ? feature.stories.map((story) => presentLinkedStory(story))
      : feature.stories.map((story) => story.path),
  };
}

/** A story without its feature, as the story endpoints show it (customer-api 8.5). */
export function presentStory(story: StoryRecord): WireStory {
  return { id: story.id, path: story.path, title: story.path };
}

/** A story with its feature, as `includes[]=user_stories` shows it. */
export function presentLinkedStory(story: StoryRecord): WireStory {
  return { ...presentStory(story), feature_id: story.featureId };
}
