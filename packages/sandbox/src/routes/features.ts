import { presentFeature, presentStory } from '../present/feature.ts';
import { hasSections } from '../present/product.ts';
import { HttpError } from './http-error.ts';
import { includesStories, positiveParam } from './query.ts';
import { type ApiRequest, featuresInSection, internalError, pathId, productOf } from './request.ts';

/** `GET /products/{product_id}/features` (customer-api 8.3). */
export function listFeatures(request: ApiRequest): object {
  const product = productOf(request);
  if (hasSections(product) && request.switches.featuresWithoutSection === 422) {
    throw new HttpError(422, 'This product has sections, name one');
  }
  const asObjects = includesStories(request.query);
  return { features: request.account.featuresOf(product.id).map((feature) => presentFeature(feature, asObjects)) };
}

/** `GET /products/{product_id}/sections/{section_id}/features` (customer-api 8.4). */
export function listSectionFeatures(request: ApiRequest): object {
  const features = featuresInSection(request, productOf(request), pathId(request, 1));
  const asObjects = includesStories(request.query);
  return { features: features.map((feature) => presentFeature(feature, asObjects)) };
}

/** `GET /products/{product_id}/user_stories` (customer-api 8.5). */
export function listStories(request: ApiRequest): object {
  const product = productOf(request);
  const sectionId = positiveParam(request.query, 'section_id');
  if (sectionId === null && hasSections(product)) {
    if (request.switches.storiesWithoutSection === 400) throw new HttpError(400, 'section_id is missing');
    throw internalError();
  }
  const features =
    sectionId === null ? request.account.featuresOf(product.id) : featuresInSection(request, product, sectionId);
  const stories = features.flatMap((feature) => feature.stories).sort((a, b) => a.id - b.id);
  return { user_stories: stories.map(presentStory) };
}

/** `GET /user_stories/{user_story_id}`: not wrapped in anything (customer-api 8.6). */
export function readStory(request: ApiRequest): object {
  const story = request.account.story(pathId(request));
  if (story === undefined) throw new HttpError(404, 'User story not found');
  return presentStory(story);
}
