import { DAY_MS, type EpochMs, type Product, type RejectReason, TestioError } from '@testio-mcp/domain';
import {
  checkAccount,
  closeFailures,
  listOpenFailures,
  type ReadScope,
  readRejectReasons,
  recordApiBaseUrl,
  saveProducts,
  saveRejectReasons,
} from '@testio-mcp/persistence';
import { productsFailure } from './failures.ts';
import type { Run } from './run.ts';
import type { SyncFailure, SyncMode } from './run-record.ts';

/** The reasons for rejection are the vendor's, and hardly ever change. */
const REASONS_EVERY_MS: EpochMs = DAY_MS;
/** Unknown ids named in an error, at most. */
const IDS_NAMED = 20;
const OF_A_PRODUCT: readonly SyncFailure['kind'][] = [
  'products',
  'features',
  'test_position',
  'bugs',
  'test_details',
  'executions',
];

/**
 * Reads the products of the account and makes sure that they are those of the store. Writes nothing.
 *
 * @returns null when the list did not come, which ends the run
 * @throws TestioError `unknown_product` and `no_product` for wrong ids, `store_of_another_account`
 */
export async function listProducts(run: Run, wantedIds: readonly number[] | null): Promise<Product[] | null> {
  if (wantedIds?.length === 0) throw noProduct();
  const tally = run.tally(null, 'products');
  tally.hold();
  let products: Product[];
  try {
    products = await run.ask(() => run.api.listProducts({ signal: run.signal }));
  } catch (thrown) {
    await run.close(tally, thrown, productsFailure);
    run.endWith(run.judge(thrown));
    return null;
  }
  const listedProductIds = products.map((product) => product.id);
  await run.read((scope) => checkAccount(scope, { apiBaseUrl: run.api.baseUrl, listedProductIds }));
  const unknown = (wantedIds ?? []).filter((id) => !listedProductIds.includes(id));
  if (unknown.length > 0) throw unknownProducts(unknown, listedProductIds);
  return products;
}

/** Writes all products of the account, and takes up what the store knows of them. Never throws: the outcome tells. */
export async function storeProducts(run: Run, products: readonly Product[]): Promise<void> {
  const tally = run.tally(null, 'products');
  try {
    const open = await run.read((scope) => listOpenFailures(scope));
    const listed = new Set(products.map((product) => product.id));
    const gone = new Set(open.map((one) => one.productId).filter((id) => id !== null && !listed.has(id)));
    const rows = await run.write(async (scope) => {
      await recordApiBaseUrl(scope, run.api.baseUrl);
      await closeFailures(scope, { productId: null, kinds: ['products'] });
      for (const productId of gone) await closeFailures(scope, { productId, kinds: OF_A_PRODUCT });
      return saveProducts(scope, products, { complete: true });
    });
    run.openFailures = open.filter((one) => !gone.has(one.productId));
    run.storedTests = await countTests(run);
    tally.expect(products.length);
    tally.read(products.length, products.length, rows);
    tally.release();
  } catch (thrown) {
    await run.close(tally, thrown, productsFailure);
    run.endWith(run.judge(thrown));
  }
}

/**
 * Reads and stores the reasons for rejection, in incremental runs once a day. Never throws: the outcome tells.
 *
 * @returns the reasons; those stored by an earlier run when they cannot be read
 */
export async function syncRejectReasons(run: Run, mode: SyncMode): Promise<readonly RejectReason[]> {
  if (mode === 'incremental') {
    const stored = await run.read((scope) => freshReasons(scope, run.now)).catch(() => null);
    if (stored !== null) return stored;
  }
  const tally = run.tally(null, 'reject_reasons');
  if (run.isTooLateFor(tally)) return run.read(readRejectReasons).catch(() => []);
  const progress = run.progress.task(1);
  tally.hold();
  try {
    const reasons = await run.ask(() => run.api.listRejectReasons({ signal: run.signal }));
    const rows = await run.write((scope) => saveRejectReasons(scope, reasons));
    tally.expect(reasons.length);
    tally.read(reasons.length, reasons.length, rows);
    tally.release();
    return reasons;
  } catch (thrown) {
    await run.close(tally, thrown);
    return await run.read(readRejectReasons).catch(() => []);
  } finally {
    progress.end('Reasons for rejection');
  }
}

/** The stored reasons, if they were read less than a day ago. */
export async function freshReasons(scope: ReadScope, now: EpochMs): Promise<readonly RejectReason[] | null> {
  const { reject_reasons_at: readAt } = await scope.db
    .selectFrom('account')
    .select('reject_reasons_at')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return readAt !== null && now - readAt < REASONS_EVERY_MS ? readRejectReasons(scope) : null;
}

/** Living tests by product. */
async function countTests(run: Run): Promise<Map<number, number>> {
  const rows = await run.read(({ db }) =>
    db
      .selectFrom('tests')
      .select((eb) => ['product_id', eb.fn.countAll<number>().as('tests')])
      .where('deleted_at', 'is', null)
      .groupBy('product_id')
      .execute(),
  );
  return new Map(rows.map((row) => [row.product_id, row.tests]));
}

function noProduct(): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'no_product',
    message: 'The list of products to sync is empty.',
    next: 'Name at least one product, or none at all for the whole account.',
    field: 'product_ids',
  });
}

function unknownProducts(unknown: readonly number[], listed: readonly number[]): TestioError {
  const named = unknown.slice(0, IDS_NAMED).join(', ');
  const more = unknown.length > IDS_NAMED ? ` and ${unknown.length - IDS_NAMED} more` : '';
  return new TestioError({
    kind: 'validation',
    code: 'unknown_product',
    message: `The account has no product ${named}${more}. Nothing was synced.`,
    next: 'Choose among the products of this account, or check that the token is that of the right account.',
    field: 'product_ids',
    received: unknown,
    accepted: listed.slice(0, IDS_NAMED),
  });
}
