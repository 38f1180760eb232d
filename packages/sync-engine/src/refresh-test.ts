import { type RejectReason, type Test, TestioError } from '@testio-mcp/domain';
import {
  checkAccount,
  closeFailures,
  readRejectReasons,
  recordApiBaseUrl,
  saveBugs,
  saveExecutions,
  saveProducts,
  saveRejectReasons,
  saveTestDetails,
} from '@testio-mcp/persistence';
import type { OF_ONE_TEST } from './failures.ts';
import { readExecutions } from './read-executions.ts';
import type { SyncDependencies } from './sync.ts';

/**
 * Makes what the store holds of one test equal to the API: the test with its metrics, its bugs and its executions. Each of
 * the three is written as soon as it is there, with its own stamp, so what came stays when another one fails.
 *
 * @throws TestioError of the API, `api_not_found` for a test that is gone or another account's; `store_of_another_account`
 */
export async function refreshTest(deps: SyncDependencies, testId: number, signal: AbortSignal): Promise<void> {
  const test = await deps.api.getTest(testId, { signal });
  const productId = await knownProduct(deps, test, signal);
  const written = (kind: (typeof OF_ONE_TEST)[number]) => ({ productId, kinds: [kind], testIds: [testId] });
  await deps.store.write(async (scope) => {
    await saveTestDetails(scope, productId, test);
    await closeFailures(scope, written('test_details'));
  });
  const parts = await Promise.allSettled([refreshBugs(), refreshExecutions()]);
  for (const part of parts) if (part.status === 'rejected') throw part.reason;

  async function refreshBugs(): Promise<void> {
    const [bugs, reasons] = await Promise.all([
      deps.api.listBugs({ testIds: [testId], signal }),
      knownReasons(deps, signal),
    ]);
    await deps.store.write(async (scope) => {
      await saveBugs(scope, [testId], bugs, reasons);
      await closeFailures(scope, written('bugs'));
    });
  }

  async function refreshExecutions(): Promise<void> {
    const runs = await readExecutions({ api: deps.api, ask: (question) => question(), signal }, test);
    await deps.store.write(async (scope) => {
      await saveExecutions(scope, testId, runs);
      await closeFailures(scope, written('executions'));
    });
  }
}

/** The test's product. One that the store does not know yet is read first, once it is sure that the account is the same. */
async function knownProduct({ store, api }: SyncDependencies, test: Test, signal: AbortSignal): Promise<number> {
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
  const products = await api.listProducts({ signal });
  const listedProductIds = products.map((product) => product.id);
  await store.read((scope) => checkAccount(scope, { apiBaseUrl: api.baseUrl, listedProductIds }));
  if (productId === null || !listedProductIds.includes(productId)) throw withoutProduct(test.id);
  await store.write(async (scope) => {
    await recordApiBaseUrl(scope, api.baseUrl);
    await saveProducts(scope, products, { complete: true });
  });
  return productId;
}

async function knownReasons({ store, api }: SyncDependencies, signal: AbortSignal): Promise<readonly RejectReason[]> {
  const stored = await store.read(readRejectReasons);
  if (stored.length > 0) return stored;
  const reasons = await api.listRejectReasons({ signal });
  await store.write((scope) => saveRejectReasons(scope, reasons));
  return reasons;
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
