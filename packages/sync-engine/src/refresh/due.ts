import { type EpochMs, isFinalTestStatus, type TestStatus } from '@testio-mcp/domain';
import { idList, type ReadScope } from '@testio-mcp/persistence';
import { bugsDue } from '../bugs-due.ts';
import { PAGE_SIZE } from '../page-window.ts';
import type { RefreshOptions, Shown } from './shown.ts';

/** A test whose row is due, and the page of its product's list on which it is to be expected, from 1; 0 for none. */
export interface DueRow {
  readonly id: number;
  readonly productId: number;
  readonly page: number;
}

/** What of an answer is to be asked for. */
export interface Due {
  readonly productList: boolean;
  readonly featuresOf: readonly { readonly id: number; readonly lists: number }[];
  readonly newestTestsOf: readonly number[];
  readonly rows: readonly DueRow[];
  readonly wholeTests: readonly number[];
  readonly bugsOf: readonly number[];
}

/**
 * Finds out what of an answer is due: what can have changed since the API last confirmed it, if that is long enough ago. What
 * failed a moment ago is left alone unless everything is to be new. A fixed number of statements.
 *
 * @param instants of the question, and of this moment: what came since the question began is new
 */
export async function readDue(
  scope: ReadScope,
  shown: Shown,
  options: RefreshOptions,
  { beganAt, now }: { readonly beganAt: EpochMs; readonly now: EpochMs },
): Promise<Due> {
  const rule = new DueRule(options, beganAt, now);
  const products = await readProducts(scope, [...(shown.featuresOf ?? []), ...(shown.newestTestsOf ?? [])]);
  const wanted = [
    ...(shown.bugsOf ?? []),
    ...(await testsOfBugs(scope, shown.bugs ?? [])),
    ...(await runningTests(scope, shown.newBugsOf ?? [])),
  ];
  const tests = await readTests(scope, [...(shown.tests ?? []), ...(shown.wholeTests ?? []), ...wanted]);
  const unknown = wanted.filter((id) => !tests.has(id));
  const whole = [...(shown.wholeTests ?? []).filter((id) => rule.isWholeTestDue(tests.get(id))), ...unknown];
  const covered = new Set(whole);
  // Of a test that is kept as a head, the row is all there is to ask for.
  const heads = (shown.wholeTests ?? []).filter((id) => tests.get(id)?.forgotten_at != null);
  const rows = known([...(shown.tests ?? []), ...heads], tests).filter(
    (test) => !covered.has(test.id) && rule.isRowDue(test),
  );
  const bugsOf = known(wanted, tests).filter((test) => !covered.has(test.id) && rule.areBugsDue(test));
  const pages = await readPages(scope, rows);
  return {
    productList: shown.productList === true && (await isListDue(scope, rule)),
    featuresOf: known(shown.featuresOf, products).filter((product) => rule.isOld(product.featuresAt)),
    newestTestsOf: known(shown.newestTestsOf, products)
      .filter((product) => rule.isOld(product.testsAt))
      .map((product) => product.id),
    rows: rows.map(({ id, productId }) => ({ id, productId, page: pages.get(id) ?? 0 })),
    wholeTests: [...new Set(whole)],
    bugsOf: bugsOf.map((test) => test.id),
  };
}

type StoredTest = Awaited<ReturnType<typeof testRows>>[number] & {
  readonly details_failed_at: EpochMs | null;
  readonly bugs_failed_at: EpochMs | null;
  readonly executions_failed_at: EpochMs | null;
};

class DueRule {
  readonly #isAll: boolean;
  readonly #before: EpochMs;
  readonly #now: EpochMs;

  constructor({ extent, maxAgeMs }: RefreshOptions, beganAt: EpochMs, now: EpochMs) {
    this.#isAll = extent === 'everything';
    // What was stored in the very millisecond of the question may have been asked for before it.
    this.#before = this.#isAll ? beganAt + 1 : now - maxAgeMs;
    this.#now = now;
  }

  /** A stamp that lies in the future tells nothing about the age. */
  isOld(stamp: EpochMs | null): boolean {
    return stamp === null || stamp < this.#before || stamp > this.#now;
  }

  isRowDue(test: StoredTest): boolean {
    return (
      !isFinalTestStatus(test.status) && this.isOld(test.listed_at) && !this.#hasJustFailed(test.details_failed_at)
    );
  }

  isWholeTestDue(test: StoredTest | undefined): boolean {
    if (test === undefined || test.forgotten_at !== null) return test === undefined;
    // A test that was read by itself for a list has details, but no executions.
    const stamps = [test.details_at, test.bugs_at, test.executions_at];
    if (this.#isAll) return stamps.some((stamp) => this.isOld(stamp));
    const failures = [test.details_failed_at, test.bugs_failed_at, test.executions_failed_at];
    if (failures.some((failedAt) => this.#hasJustFailed(failedAt))) return false;
    return stamps.some((stamp) => this.isOld(confirmed(test, stamp)));
  }

  areBugsDue(test: StoredTest): boolean {
    if (test.forgotten_at !== null) return false;
    if (this.#isAll) return this.isOld(test.bugs_at);
    if (!this.isOld(test.bugs_at) || this.#hasJustFailed(test.bugs_failed_at)) return false;
    const facts = {
      status: test.status,
      startAt: test.start_at,
      endAt: test.end_at,
      statusChangedAt: test.status_changed_at,
      bugsAt: test.bugs_at,
      hasUndecidedBug: Boolean(test.has_undecided_bug),
      hasFailed: test.bugs_failed_at !== null,
    };
    return bugsDue(facts, this.#now) !== null;
  }

  #hasJustFailed(at: EpochMs | null): boolean {
    return !this.#isAll && at !== null && !this.isOld(at);
  }
}

/**
 * What was read of a test in a final status is confirmed by every later reading of its product's whole list, unless the
 * status changed after it was read.
 */
function confirmed(test: StoredTest, stamp: EpochMs | null): EpochMs | null {
  if (stamp === null || !isFinalTestStatus(test.status)) return stamp;
  if (test.status_changed_at !== null && test.status_changed_at >= stamp) return stamp;
  return Math.max(stamp, test.tests_reconciled_at ?? stamp);
}

function known<T>(ids: readonly number[] | undefined, things: ReadonlyMap<number, T>): T[] {
  return [...new Set(ids)].map((id) => things.get(id)).filter((thing) => thing !== undefined);
}

async function readTests(scope: ReadScope, ids: readonly number[]): Promise<Map<number, StoredTest>> {
  if (ids.length === 0) return new Map();
  const rows = await testRows(scope, ids);
  const failedAt = await lastFailures(scope, ids);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        details_failed_at: failedAt.get(`test_details ${row.id}`) ?? null,
        bugs_failed_at: failedAt.get(`bugs ${row.id}`) ?? null,
        executions_failed_at: failedAt.get(`executions ${row.id}`) ?? null,
      },
    ]),
  );
}

/** When something of these tests last failed that has not been read since, by kind and test. */
async function lastFailures({ db }: ReadScope, ids: readonly number[]): Promise<Map<string, EpochMs>> {
  const rows = await db
    .selectFrom('sync_failures')
    .select((eb) => ['kind', 'test_id', eb.fn.max('last_seen_at').as('at')])
    .where('test_id', 'in', idList(ids))
    .where('closed_at', 'is', null)
    .groupBy(['kind', 'test_id'])
    .execute();
  return new Map(rows.map((row) => [`${row.kind} ${row.test_id}`, row.at]));
}

async function testsOfBugs({ db }: ReadScope, bugIds: readonly number[]): Promise<number[]> {
  if (bugIds.length === 0) return [];
  const rows = await db.selectFrom('bugs').select('test_id').distinct().where('id', 'in', idList(bugIds)).execute();
  return rows.map((row) => row.test_id);
}

/** The running tests of some products, the newest first. */
async function runningTests({ db }: ReadScope, productIds: readonly number[]): Promise<number[]> {
  if (productIds.length === 0) return [];
  const rows = await db
    .selectFrom('tests')
    .select('id')
    .where('product_id', 'in', idList(productIds))
    .where('status', '=', 'running' satisfies TestStatus)
    .where('deleted_at', 'is', null)
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => row.id);
}

function testRows({ db }: ReadScope, ids: readonly number[]) {
  const undecided = db.selectFrom('bugs').select('test_id').where('deleted_at', 'is', null);
  return db
    .selectFrom('tests as t')
    .leftJoin('test_freshness as f', 'f.test_id', 't.id')
    .leftJoin('product_freshness as pf', 'pf.product_id', 't.product_id')
    .select(['t.id', 't.product_id as productId', 't.status', 't.start_at', 't.end_at', 't.status_changed_at'])
    .select(['f.listed_at', 'f.details_at', 'f.bugs_at', 'f.executions_at', 'f.forgotten_at', 'pf.tests_reconciled_at'])
    .select((eb) =>
      eb('t.id', 'in', undecided.where('test_id', 'in', idList(ids)).where('status', 'in', ['open', 'other'])).as(
        'has_undecided_bug',
      ),
    )
    .where('t.id', 'in', idList(ids))
    .where('t.deleted_at', 'is', null)
    .execute();
}

/** Where tests stand in the lists of their products if nothing moved. Only asked where a page may bring several of them. */
async function readPages({ db }: ReadScope, rows: readonly StoredTest[]): Promise<Map<number, number>> {
  const groups = Map.groupBy(rows, (row) => row.productId);
  const products = [...groups].filter(([, tests]) => tests.length > 1).map(([id]) => id);
  if (products.length === 0) return new Map();
  const places = db
    .selectFrom('tests')
    .select(['id', 'product_id'])
    .select((eb) =>
      eb.fn
        .agg<number>('row_number')
        .over((over) =>
          over
            .partitionBy('product_id')
            // As the API lists them: those without an end first.
            .orderBy((e) => e('end_at', 'is', null), 'desc')
            .orderBy('end_at', 'desc')
            .orderBy('id', 'desc'),
        )
        .as('place'),
    )
    .where('product_id', 'in', idList(products))
    .where('deleted_at', 'is', null)
    .as('places');
  const wanted = idList(rows.map((row) => row.id));
  const found = await db.selectFrom(places).select(['id', 'product_id', 'place']).where('id', 'in', wanted).execute();
  const failing = await failingPositions({ db }, products);
  return new Map(found.map(({ id, product_id, place }) => [id, pageOf(place - 1, failing.get(product_id) ?? [])]));
}

/** The page of a position that takes no account of what cannot be read, from 1; 0 if that page cannot be read. */
function pageOf(place: number, failing: readonly number[]): number {
  // What cannot be read takes a place in the list, though the store does not have it.
  const position = failing.reduce((at, gap) => (gap <= at ? at + 1 : at), place);
  const page = Math.floor(position / PAGE_SIZE);
  return failing.some((gap) => Math.floor(gap / PAGE_SIZE) === page) ? 0 : page + 1;
}

/** Positions of test lists that could not be read last time, in order. */
async function failingPositions({ db }: ReadScope, productIds: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await db
    .selectFrom('sync_failures')
    .select(['product_id', 'position'])
    .where('kind', '=', 'test_position')
    .where('closed_at', 'is', null)
    .where('product_id', 'in', idList(productIds))
    .where('position', 'is not', null)
    .orderBy('position')
    .execute();
  const groups = Map.groupBy(rows, (row) => row.product_id ?? 0);
  return new Map([...groups].map(([id, failures]) => [id, failures.map((row) => row.position ?? 0)]));
}

interface StoredProduct {
  readonly id: number;
  readonly featuresAt: EpochMs | null;
  readonly testsAt: EpochMs | null;
  /** Lists that its features are read from: one, or one for each section. */
  readonly lists: number;
}

async function readProducts({ db }: ReadScope, ids: readonly number[]): Promise<Map<number, StoredProduct>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('products as p')
    .leftJoin('product_freshness as pf', 'pf.product_id', 'p.id')
    .leftJoin('sections as s', (join) =>
      join.onRef('s.product_id', '=', 'p.id').on('s.deleted_at', 'is', null).on('s.is_default', '=', 0),
    )
    .select(['p.id', 'pf.features_at', 'pf.tests_discovered_at', 'pf.tests_reconciled_at'])
    .select((eb) => eb.fn.count<number>('s.id').as('sections'))
    .where('p.id', 'in', idList(ids))
    .where('p.deleted_at', 'is', null)
    .groupBy('p.id')
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        featuresAt: row.features_at,
        testsAt: newest(row.tests_discovered_at, row.tests_reconciled_at),
        lists: Math.max(1, row.sections),
      },
    ]),
  );
}

function newest(one: EpochMs | null, other: EpochMs | null): EpochMs | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

async function isListDue({ db }: ReadScope, rule: DueRule): Promise<boolean> {
  const account = await db.selectFrom('account').select('products_listed_at').where('id', '=', 1).executeTakeFirst();
  return rule.isOld(account?.products_listed_at ?? null);
}
