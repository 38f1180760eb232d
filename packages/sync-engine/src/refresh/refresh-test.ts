import { type Test, TestioError } from '@testio-mcp/domain';
import {
  checkAccount,
  closeFailures,
  recordApiBaseUrl,
  saveBugs,
  saveExecutions,
  saveProducts,
  saveTestDetails,
} from '@testio-mcp/persistence';
import { readExecutions } from '../read-executions.ts';
import { ask, noteUndeliverable, type RefreshContext, rejectReasons, storedSince } from './refresh-context.ts';

/** The parts of a test that have failures of their own. */
type Part = 'test_details' | 'bugs' | 'executions';

/**
 * Makes what the store holds of one test equal to the API: the test with its metrics, its bugs and its executions. Each of
 * the three is written as soon as it is there, with its own stamp, so what came stays when another one fails.
 *
 * @throws TestioError of the API, `api_not_found` for a test that is gone or another account's; `store_of_another_account`
 */
export async function refreshTest(context: RefreshContext, testId: number, signal: AbortSignal): Promise<void> {
  const { store, api, beganAt } = context;
  const { test, productId } = await noted('test_details', () => readTest(context, testId, signal));
  const parts = await Promise.allSettled([noted('bugs', refreshBugs), noted('executions', refreshExecutions)]);
  for (const part of parts) if (part.status === 'rejected') throw part.reason;

  async function refreshBugs(): Promise<void> {
    const [bugs, reasons] = await Promise.all([
      ask(context, (attempts) => api.listBugs({ testIds: [testId], signal, attempts })),
      rejectReasons(context, signal),
    ]);
    await store.write(async (scope) => {
      if ((await storedSince(scope, 'bugs_at', [testId], beganAt)).size > 0) return;
      await saveBugs(scope, [testId], bugs, reasons);
      await closeFailures(scope, { productId, kinds: ['bugs'], testIds: [testId] });
    });
  }

  async function refreshExecutions(): Promise<void> {
    const runs = await readExecutions({ api, ask: (question) => question(), signal }, test);
    await store.write(async (scope) => {
      if ((await storedSince(scope, 'executions_at', [testId], beganAt)).size > 0) return;
      await saveExecutions(scope, testId, runs);
      await closeFailures(scope, { productId, kinds: ['executions'], testIds: [testId] });
    });
  }

  async function noted<T>(part: Part, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (thrown) {
      await noteUndeliverable(context, part, testId, thrown);
      throw thrown;
    }
  }
}

/**
 * Makes one test itself equal to the API, with its metrics.
 *
 * @returns the test and its product
 */
export async function readTest(
  context: RefreshContext,
  testId: number,
  signal: AbortSignal,
): Promise<{ readonly test: Test; readonly productId: number }> {
  const test = await ask(context, (attempts) => context.api.getTest(testId, { signal, attempts }));
  const productId = await knownProduct(context, test, signal);
  await context.store.write(async (scope) => {
    if ((await storedSince(scope, 'details_at', [testId], context.beganAt)).size > 0) return;
    await saveTestDetails(scope, productId, test);
    await closeFailures(scope, { productId, kinds: ['test_details'], testIds: [testId] });
  });
  return { test, productId };
}

/** The test's product. One that the store does not know yet is read first, once it is sure that the account is the same. */
async function knownProduct(context: RefreshContext, test: Test, signal: AbortSignal): Promise<number> {
  const { store, api } = context;
  const { productId } = test;
  const known = await store.read(({ db }) =>
    db
      .selectFrom('products as product')
      .leftJoin('tests as test', (join) => join.onRef('test.product_id', '=', 'product.id').on('test.id', '=', test.id))
      .select('product.id')
      .where('product.deleted_at', 'is', null)
      .where((eb) => (productId === null ? eb('test.id', 'is not', null) : eb('product.id', '=', productId)))
      .executeTakeFirst(),
  );
  if (known !== undefined) return known.id;
  const products = await ask(context, (attempts) => api.listProducts({ signal, attempts }));
  const listedProductIds = products.map((product) => product.id);
  await store.read((scope) => checkAccount(scope, { apiBaseUrl: api.baseUrl, listedProductIds }));
  if (productId === null || !listedProductIds.includes(productId)) throw withoutProduct(test.id);
  await store.write(async (scope) => {
    await recordApiBaseUrl(scope, api.baseUrl);
    await saveProducts(scope, products, { complete: true });
  });
  return productId;
}

function withoutProduct(testId: number): TestioError {
  return new TestioError({
    kind: 'upstream',
    code: 'test_without_product',
    message: `Test ${testId} belongs to no product that the API lists for this account, so it cannot be stored.`,
    next: 'Check the id; if the product is new, sync and try again.',
    upstreamStatus: 200,
  });
}
