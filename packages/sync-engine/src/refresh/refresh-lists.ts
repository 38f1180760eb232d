import { type Bug, type EpochMs, TestioError, toTestioError } from '@testio-mcp/domain';
import {
  checkAccount,
  closeFailures,
  idList,
  recordApiBaseUrl,
  recordFailure,
  saveBugs,
  saveFeatures,
  saveProducts,
  saveTests,
  type WriteScope,
} from '@testio-mcp/persistence';
import { featureFailure } from '../failures.ts';
import { PAGE_SIZE } from '../page-window.ts';
import { readFeatures } from '../read-features.ts';
import { isGone, troubleOf } from '../trouble.ts';
import { doubtfulTests } from '../vanished-bugs.ts';
import { ask, noteUndeliverable, type RefreshContext, rejectReasons, storedSince } from './refresh-context.ts';

/** Reads one page of a product's test list. Nothing is said of tests that are not on it, and nothing counts as discovered. */
export async function refreshPage(
  context: RefreshContext,
  productId: number,
  page: number,
  signal: AbortSignal,
): Promise<void> {
  const tests = await ask(context, (attempts) =>
    context.api.listTests(productId, { page, perPage: PAGE_SIZE, signal, attempts }),
  );
  await context.store.write(async (scope) => {
    const newer = await storedSince(scope, 'listed_at', idsOf(tests), context.beganAt);
    const mine = tests.filter((test) => !newer.has(test.id));
    if (mine.length > 0) await saveTests(scope, productId, mine);
  });
}

/**
 * Reads all bugs of some stored tests in one request. What the API cannot deliver at once is asked for by halves, as long as
 * there are requests left.
 *
 * @param mayAsk takes one more request; false when there is none left
 */
export async function refreshBugs(
  context: RefreshContext,
  testIds: readonly number[],
  mayAsk: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  let bugs: readonly Bug[];
  try {
    bugs = await ask(context, (attempts) => context.api.listBugs({ testIds, signal, attempts }));
  } catch (thrown) {
    const [first] = testIds;
    if (testIds.length === 1 && first !== undefined) await noteUndeliverable(context, 'bugs', first, thrown);
    if (troubleOf(toTestioError(thrown)) !== 'data' || testIds.length === 1) throw thrown;
    const middle = Math.ceil(testIds.length / 2);
    const halves = [testIds.slice(0, middle), testIds.slice(middle)];
    const parts = await Promise.allSettled(
      halves.map((half) => (mayAsk() ? refreshBugs(context, half, mayAsk, signal) : Promise.reject(thrown))),
    );
    for (const part of parts) if (part.status === 'rejected') throw part.reason;
    return;
  }
  const reasons = await rejectReasons(context, signal);
  const { unsure, trouble } = await confirmEmpty(context, testIds, bugs, mayAsk, signal);
  await context.store.write(async (scope) => {
    const newer = await storedSince(scope, 'bugs_at', testIds, context.beganAt);
    const mine = new Set(testIds.filter((id) => !newer.has(id) && !unsure.has(id)));
    const own = bugs.filter((bug) => mine.has(bug.testId));
    await saveBugs(scope, [...mine], own, reasons);
    for (const [productId, ids] of await byProduct(scope, mine)) {
      await closeFailures(scope, { productId, kinds: ['bugs'], testIds: ids });
    }
  });
  if (trouble !== null) throw trouble;
}

/** Reads tests that seem to have lost all their bugs. Answers with those that could not be read, and why. */
async function confirmEmpty(
  context: RefreshContext,
  testIds: readonly number[],
  bugs: readonly Bug[],
  mayAsk: () => boolean,
  signal: AbortSignal,
): Promise<{ readonly unsure: ReadonlySet<number>; readonly trouble: TestioError | null }> {
  const doubtful = await context.store.read((scope) => doubtfulTests(scope, testIds, bugs, context.beganAt));
  const unsure = new Set<number>();
  let trouble: TestioError | null = null;
  for (const id of doubtful) {
    try {
      if (mayAsk()) await ask(context, (attempts) => context.api.getTest(id, { signal, attempts }));
      else unsure.add(id);
    } catch (thrown) {
      const error = toTestioError(thrown);
      if (isGone(error)) continue;
      await noteUndeliverable(context, 'bugs', id, error);
      unsure.add(id);
      trouble ??= error;
    }
  }
  return { unsure, trouble };
}

/** Reads the list of the account's products, which comes whole. */
export async function refreshProducts(context: RefreshContext, signal: AbortSignal): Promise<void> {
  const { api, store } = context;
  const products = await ask(context, (attempts) => api.listProducts({ signal, attempts }));
  const listedProductIds = products.map((product) => product.id);
  await store.write(async (scope) => {
    await checkAccount(scope, { apiBaseUrl: api.baseUrl, listedProductIds });
    if (await isListedSince(scope, context.beganAt)) return;
    await recordApiBaseUrl(scope, api.baseUrl);
    await saveProducts(scope, products, { complete: true });
  });
}

/** Reads a product with its features and user stories, section by section. Only a whole answer marks any as deleted. */
export async function refreshFeatures(context: RefreshContext, productId: number, signal: AbortSignal): Promise<void> {
  const { api, store } = context;
  const product = await ask(context, (attempts) => api.getProduct(productId, { signal, attempts }));
  const read = await readFeatures({ api, signal, ask: (question) => question() }, product);
  const failures = read.lost.map((list) => featureFailure(productId, list.sectionId, list.error));
  await store.write(async (scope) => {
    if (await areFeaturesStoredSince(scope, productId, context.beganAt)) return;
    await saveProducts(scope, [product], { complete: false });
    const keys = failures.map((failure) => failure.key);
    for (const failure of failures) await recordFailure(scope, failure.key, failure.facts);
    await closeFailures(scope, { productId, kinds: ['features'] }, keys);
    const { features, unlinkedStories, lost } = read;
    await saveFeatures(scope, productId, features, { complete: lost.length === 0, unlinkedStories });
  });
  const [first] = read.lost;
  if (first !== undefined) throw new TestioError({ ...first.error.facts, cause: first.error });
}

async function isListedSince({ db }: WriteScope, since: EpochMs): Promise<boolean> {
  const row = await db.selectFrom('account').select('id').where('products_listed_at', '>', since).executeTakeFirst();
  return row !== undefined;
}

async function areFeaturesStoredSince({ db }: WriteScope, productId: number, since: EpochMs): Promise<boolean> {
  const row = await db
    .selectFrom('product_freshness')
    .select('product_id')
    .where('product_id', '=', productId)
    .where('features_at', '>', since)
    .executeTakeFirst();
  return row !== undefined;
}

async function byProduct({ db }: WriteScope, testIds: Iterable<number>): Promise<Map<number, number[]>> {
  const rows = await db.selectFrom('tests').select(['id', 'product_id']).where('id', 'in', idList(testIds)).execute();
  const groups = Map.groupBy(rows, (row) => row.product_id);
  return new Map([...groups].map(([productId, tests]) => [productId, idsOf(tests)]));
}

function idsOf(things: readonly { readonly id: number }[]): number[] {
  return things.map((thing) => thing.id);
}
