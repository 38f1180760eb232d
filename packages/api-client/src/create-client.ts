import { type Account, type Call, Caller } from './caller.ts';
import type { ApiClient, CallOptions } from './client.ts';
import { apiError, invalidCall } from './errors.ts';
import { type ApiClientOptions, readOptions, type Settings } from './options.ts';
import { bug } from './parse/bug.ts';
import { rejectReason, testTemplate } from './parse/catalogue.ts';
import { bareOrSingleIn, listIn, singleIn } from './parse/envelope.ts';
import { executionPage } from './parse/execution.ts';
import { feature, userStory } from './parse/feature.ts';
import { Drift, type Json } from './parse/members.ts';
import { testEnvironment } from './parse/named.ts';
import { connection, product } from './parse/product.ts';
import { test } from './parse/test.ts';
import { type QueryValue, query } from './query.ts';
import { RetryBudget } from './retry.ts';

/** Asks for user stories as objects; APIs that do not know it answer with their texts (customer-api 8.3). */
const WITH_STORIES = { 'includes[]': ['user_stories'] } as const;

/**
 * Opens a client of the Customer API v2. Nothing is sent before the first call.
 *
 * @throws TestioError of kind `configuration` when an option cannot be used
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const settings = readOptions(options);
  const caller = new Caller(settings);
  return viewOf(settings, caller, settings.retryBudget, () => caller.requests);
}

function viewOf(settings: Settings, caller: Caller, retries: number, requestsSent?: () => number): ApiClient {
  const account: Account = { budget: new RetryBudget(retries), requests: 0 };

  async function ask<T>(call: Call, options: CallOptions | undefined, parse: (answer: Json) => T): Promise<T> {
    const { status, answer } = await caller.call(call, options ?? {}, account);
    try {
      return parse(answer);
    } catch (error) {
      if (!(error instanceof Drift)) throw error;
      throw apiError(caller.asked(call), { code: 'api_unreadable_answer', again: false, status, detail: error.detail });
    }
  }

  return {
    baseUrl: `${settings.base.origin}${settings.basePath}`,
    get requestsSent() {
      return requestsSent?.() ?? account.requests;
    },

    async listProducts(options) {
      const ids = options?.ids;
      if (ids?.length === 0) return [];
      const what = ids === undefined ? 'the products' : some('product', ids);
      const products = await ask(get(what, '/products', { 'filter[product_ids][]': ids }), options, (answer) =>
        listIn(answer, 'products', product),
      );
      // How the filter is written is nowhere shown (customer-api 3), and the API ignores what it does not know.
      return ids === undefined ? products : products.filter(({ id }) => ids.includes(id));
    },

    async getProduct(id, options) {
      return ask(get(`product ${id}`, `/products/${path(id)}`), options, (answer) =>
        singleIn(answer, 'product', id, product),
      );
    },

    async listFeatures(productId, options) {
      const sectionId = options?.sectionId;
      const below = sectionId === undefined ? '' : `/sections/${path(sectionId)}`;
      const what = `the features of ${inSection(productId, sectionId)}`;
      return ask(get(what, `/products/${path(productId)}${below}/features`, WITH_STORIES), options, (answer) =>
        listIn(answer, 'features', feature),
      );
    },

    async listUserStories(productId, options) {
      const what = `the user stories of ${inSection(productId, options?.sectionId)}`;
      const call = get(what, `/products/${path(productId)}/user_stories`, { section_id: options?.sectionId });
      return ask(call, options, (answer) => listIn(answer, 'user_stories', userStory));
    },

    async getUserStory(id, options) {
      return ask(get(`user story ${id}`, `/user_stories/${path(id)}`), options, (answer) =>
        bareOrSingleIn(answer, 'user_story', id, userStory),
      );
    },

    async listTests(productId, options) {
      const { page, perPage } = options;
      const what = `page ${page} of the tests of product ${productId}`;
      const parts = { page, per_page: perPage };
      const tests = await ask(get(what, `/products/${path(productId)}/exploratory_tests`, parts), options, (answer) =>
        listIn(answer, 'exploratory_tests', test),
      );
      return tests.map((one) => (one.productId === null ? { ...one, productId } : one));
    },

    async getTest(id, options) {
      return ask(get(`test ${id}`, `/exploratory_tests/${path(id)}`, WITH_STORIES), options, (answer) =>
        singleIn(answer, 'exploratory_test', id, test),
      );
    },

    async listBugs(filter) {
      const { testIds, productIds, sectionIds, exportStatus } = filter;
      const lists = [testIds, productIds, sectionIds].filter((ids) => ids !== undefined);
      if (lists.length === 0) {
        throw invalidCall(
          'testIds',
          'Bugs were asked for without naming tests, products or sections: that would be every bug of the account.',
          'Name at least one test, product or section.',
        );
      }
      if (lists.some((ids) => ids.length === 0)) return [];
      const scope = [some('test', testIds), some('product', productIds), some('section', sectionIds)];
      const call = get(`the bugs of ${scope.filter((part) => part !== '').join(', ')}`, '/bugs', {
        filter_product_ids: productIds,
        filter_section_ids: sectionIds,
        filter_test_cycle_ids: testIds,
        export_status: exportStatus,
      });
      return ask(call, filter, (answer) => {
        const bugs = listIn(answer, 'bugs', bug);
        if (testIds !== undefined) {
          // An ignored filter would otherwise file the bugs of the whole account under a few tests.
          const asked = new Set(testIds);
          if (bugs.some(({ testId }) => !asked.has(testId))) throw new Drift('it holds bugs of tests not asked for');
        }
        return bugs;
      });
    },

    async getBug(id, options) {
      return ask(get(`bug ${id}`, `/bugs/${path(id)}`), options, (answer) => singleIn(answer, 'bug', id, bug));
    },

    async findBugsByTrackerKey(externalIdx, options) {
      const call: Call = {
        method: 'POST',
        path: '/bugs',
        what: 'the bugs with a key of your tracker',
        body: { bug: { external_idx: externalIdx } },
      };
      return ask(call, options, (answer) => listIn(answer, 'bugs', bug));
    },

    async listRejectReasons(options) {
      return ask(get('the reasons for rejecting bugs', '/bugs/reject_reasons'), options, (answer) =>
        listIn(answer, 'reject_reasons', rejectReason),
      );
    },

    async listExecutions(filter) {
      const { page, perPage, userStoryIds, versionIds, order } = filter;
      if (userStoryIds?.length === 0 || versionIds?.length === 0) return { executions: [], recordCount: 0 };
      const scope = [some('user story', userStoryIds), some('user story version', versionIds)];
      const of = scope.filter((part) => part !== '').join(', ');
      const what = `page ${page} of the executions${of === '' ? '' : ` of ${of}`}`;
      const call = get(what, '/user_story_version_executions', {
        page,
        per_page: perPage,
        'user_story_ids[]': userStoryIds,
        'user_story_version_ids[]': versionIds,
        order,
      });
      return ask(call, filter, executionPage);
    },

    async listTestEnvironments(productId, options) {
      const what = `the test environments of product ${productId}`;
      return ask(get(what, `/products/${path(productId)}/test_environments`), options, (answer) =>
        listIn(answer, 'test_environments', testEnvironment),
      );
    },

    async getTestEnvironment(productId, id, options) {
      const what = `test environment ${id} of product ${productId}`;
      return ask(get(what, `/products/${path(productId)}/test_environments/${path(id)}`), options, (answer) =>
        singleIn(answer, 'test_environment', id, testEnvironment),
      );
    },

    async listTestTemplates(productId, options) {
      const what = `the test templates of ${inSection(productId, options?.sectionId)}`;
      const parts = { product_id: productId, section_id: options?.sectionId };
      return ask(get(what, '/test_templates', parts), options, (answer) =>
        listIn(answer, 'test_templates', testTemplate),
      );
    },

    async getConnection(id, options) {
      return ask(get(`connection ${id}`, `/connections/${path(id)}`), options, (answer) =>
        singleIn(answer, 'connection', id, connection),
      );
    },

    withRetryBudget(size = settings.retryBudget) {
      return viewOf(settings, caller, size);
    },

    close() {
      return caller.close();
    },
  };
}

function get(what: string, at: string, parts: Readonly<Record<string, QueryValue>> = {}): Call {
  return { method: 'GET', path: `${at}${query(parts)}`, what };
}

/** An id as a part of a path. Ids are positive integers everywhere (customer-api 3); anything else could change the path. */
function path(id: number): string {
  if (Number.isSafeInteger(id) && id > 0) return String(id);
  throw invalidCall('id', `${id} is no id: ids are positive whole numbers.`, 'Use an id as the lists show it.');
}

function inSection(productId: number, sectionId: number | undefined): string {
  return sectionId === undefined ? `product ${productId}` : `section ${sectionId} of product ${productId}`;
}

/** Things by their ids in words, long lists shortened. */
function some(noun: string, ids: readonly number[] | undefined): string {
  if (ids === undefined || ids.length === 0) return '';
  if (ids.length === 1) return `${noun} ${ids[0]}`;
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  const shown = ids.slice(0, 5).join(', ');
  return ids.length > 5 ? `${plural} ${shown} and ${ids.length - 5} more` : `${plural} ${shown}`;
}
