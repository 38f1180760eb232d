import { presentTest } from '../present/test.ts';
import { includesStories, pageParams, sliceOf } from './query.ts';
import { type ApiRequest, internalError, productOf, testOf } from './request.ts';

/** How many tests an answer holds that was asked for without a page. */
const UNPAGED = 150;

/**
 * `GET /products/{product_id}/exploratory_tests` (customer-api 8.7). One poisoned test in the slice makes the whole
 * answer a 500 (10.1).
 */
export function listTests(request: ApiRequest): object {
  const { account, query, switches } = request;
  const product = productOf(request);
  const tests = account.testsOf(product.id);
  const page = pageParams(query);
  const slice = switches.staging ? tests : page === null ? tests.slice(0, UNPAGED) : sliceOf(tests, page);
  if (slice.some((test) => account.poisoned.has(test.id))) throw internalError();
  const view = { storiesAsObjects: includesStories(query), withMetrics: false };
  return { exploratory_tests: slice.map((test) => presentTest(account, product, test, view)) };
}

/** `GET /exploratory_tests/{exploratory_test_id}` (customer-api 8.8). */
export function readTest(request: ApiRequest): object {
  const test = testOf(request);
  const view = { storiesAsObjects: includesStories(request.query), withMetrics: true };
  return { exploratory_test: presentTest(request.account, productOf(request, test.productId), test, view) };
}
