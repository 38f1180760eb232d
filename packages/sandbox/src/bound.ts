/*
 * The least number of requests: what a perfect reader of this account would need.
 *
 * Taken for granted is what the API is known to bear: 25 tests on a page (100 gave more errors) and 15 test ids in one bug
 * request (customer-api 4, 8.9). There is no total and no "changed since", so a product's tests end only with an empty page.
 *
 * first_sync, for an empty reader:
 *   1     list of products
 *   1     list of reject reasons
 *   S     features of every section a reader must walk, with their stories (`includes[]=user_stories`); a product without
 *         sections counts as one
 *   P     for every product: a page for each 25 tests begun, and the empty one
 *   N     for every page that fails for a poisoned test: the fewest reads on the aligned pages of sizes 10, 5, 2 and 1 after
 *         which each of its positions was read, or failed at size 1
 *   B     one bug request for each 15 readable tests begun, over the whole account
 *   R     for every running test: 1 single read, and for each story version with a run that counts (8.8) one request for
 *         each 100 of its runs begun
 *
 * quiet_sync, for a reader that is up to date while nothing has changed: the list of products, S, R, and
 *   P'    for every product: its pages up to the second in a row that holds no test in a status that is not final, or up to
 *         the empty page; and every later page that holds such a test. The first page alone shows nothing: the list is
 *         ordered by end, so a test that was set up today can stand on any page, and a reader that stops at the first known
 *         page misses it. Two such pages are the least margin; what is below them is found when the whole list is read again
 *   N'    for a page of P' that fails: as N; for a poisoned test elsewhere: 1 try to read its position
 *   B'    one bug request for each 15 readable tests begun whose bugs may still change: tests whose status is not final and
 *         which somebody may have worked on (they have started), and final ones that ended within the last ten days, the
 *         time in which a forwarded bug is accepted by itself
 * Reject reasons are left out: they are the vendor's, and do not change with the account.
 *
 * chain: the longest row of requests of which each needs the answer before it. Pages of a product are no such row, since
 * they can be asked for at the same time, and so are pages of runs. What remains is: products, a page of tests, then bugs of
 * its tests (3), or the single read of a running test and the runs of its stories (4), or the narrowing of a failed page,
 * which can go to size 1 at once, and the bugs of the tests it brought (4).
 */
import { FINAL_TEST_STATUSES } from '@testio-mcp/domain';
import type { Account } from './account/account.ts';
import type { TestRecord } from './account/records.ts';
import { versionsOf } from './generate/executions.ts';
import { walkedSectionIds } from './generate/features.ts';
import { AUTO_ACCEPTANCE } from './time.ts';

export interface SandboxBound {
  /** Requests that bring an empty reader to the sandbox's state. */
  readonly first_sync: number;
  /** Requests that show an up-to-date reader that nothing has changed. */
  readonly quiet_sync: number;
  /** Requests, on an empty reader, that can only be made one after the other. */
  readonly chain: number;
  /** The limits that the numbers rest on. */
  readonly assumes: { readonly tests_per_page: number; readonly test_ids_per_bug_request: number };
}

const TESTS_PER_PAGE = 25;
const TEST_IDS_PER_BUG_REQUEST = 15;
const RUNS_PER_PAGE = 100;
const NARROWER_SIZES = [10, 5, 2, 1];

/** Computes the bounds of an account as it is now. */
export function boundOf(account: Account): SandboxBound {
  const products = account.listProducts();
  const readable = account.readableTests();
  const sections = sum(products.map((product) => walkedSectionIds(product).length));
  const lists = products.map((product) => account.testsOf(product.id));
  const running = readable.filter((test) => test.status === 'running');
  const details = sum(running.map((test) => 1 + runRequests(account, test)));
  const pages = sum(lists.map((tests) => Math.ceil(tests.length / TESTS_PER_PAGE) + 1));
  const narrowing = sum(
    lists.map((tests) => sum(failedPages(account, tests).map((page) => narrow(account, tests, page)))),
  );
  const restless = readable.filter((test) => bugsMayChange(account, test));
  return {
    first_sync: 1 + 1 + sections + pages + narrowing + Math.ceil(readable.length / TEST_IDS_PER_BUG_REQUEST) + details,
    quiet_sync:
      1 +
      sections +
      sum(lists.map((tests) => quietPages(account, tests))) +
      Math.ceil(restless.length / TEST_IDS_PER_BUG_REQUEST) +
      details,
    chain: chainOf(account, running),
    assumes: { tests_per_page: TESTS_PER_PAGE, test_ids_per_bug_request: TEST_IDS_PER_BUG_REQUEST },
  };
}

function runRequests(account: Account, test: TestRecord): number {
  return sum(
    versionsOf(test).map((version) => {
      const runs = account.executionsOf(version);
      const counts = runs.some((run) => run.status !== 'pending' && run.status !== 'cancelled');
      return counts ? Math.ceil(runs.length / RUNS_PER_PAGE) : 0;
    }),
  );
}

interface Range {
  readonly from: number;
  /** Not included. */
  readonly until: number;
  readonly size: number;
}

function pagesOf(tests: readonly TestRecord[]): Range[] {
  return Array.from({ length: Math.ceil(tests.length / TESTS_PER_PAGE) }, (_, i) => ({
    from: i * TESTS_PER_PAGE,
    until: Math.min((i + 1) * TESTS_PER_PAGE, tests.length),
    size: TESTS_PER_PAGE,
  }));
}

function fails(account: Account, tests: readonly TestRecord[], from: number, until: number): boolean {
  return tests.slice(from, until).some((test) => account.poisoned.has(test.id));
}

function failedPages(account: Account, tests: readonly TestRecord[]): Range[] {
  return pagesOf(tests).filter((page) => fails(account, tests, page.from, page.until));
}

/** The fewest reads after which every position of a failed range was read, or failed at size 1. */
function narrow(account: Account, tests: readonly TestRecord[], range: Range): number {
  if (range.size === 1) return 0;
  const costs = NARROWER_SIZES.filter((size) => size < range.size).map((size) => {
    const first = Math.floor(range.from / size);
    const last = Math.floor((range.until - 1) / size);
    let cost = last - first + 1;
    for (let page = first; page <= last; page++) {
      if (!fails(account, tests, page * size, (page + 1) * size)) continue;
      const inside = { from: Math.max(range.from, page * size), until: Math.min(range.until, (page + 1) * size), size };
      cost += narrow(account, tests, inside);
    }
    return cost;
  });
  return Math.min(...costs);
}

function quietPages(account: Account, tests: readonly TestRecord[]): number {
  const pages = pagesOf(tests).map((page) => {
    const inside = tests.slice(page.from, page.until);
    return {
      page,
      poisoned: inside.filter((test) => account.poisoned.has(test.id)).length,
      canChange: inside.some((test) => !account.poisoned.has(test.id) && !isFinal(test.status)),
    };
  });
  const head = pages.findIndex((one, i) => i > 0 && !one.canChange && pages[i - 1]?.canChange === false);
  // Without two such pages in a row the empty page is read, too.
  let requests = head === -1 ? 1 : 0;
  for (const [index, { page, poisoned, canChange }] of pages.entries()) {
    const isRead = head === -1 || index <= head || canChange;
    if (!isRead) requests += poisoned;
    else requests += 1 + (poisoned > 0 ? narrow(account, tests, page) : 0);
  }
  return requests;
}

function isFinal(status: string): boolean {
  return FINAL_TEST_STATUSES.some((final) => final === status);
}

function bugsMayChange(account: Account, test: TestRecord): boolean {
  if (isFinal(test.status)) return test.endAt !== null && test.endAt > account.now - AUTO_ACCEPTANCE;
  return test.startAt !== null && test.startAt <= account.now;
}

function chainOf(account: Account, running: readonly TestRecord[]): number {
  if (account.products.size === 0) return 1;
  if (account.tests.size === 0) return 2;
  const isLong = account.poisoned.size > 0 || running.some((test) => runRequests(account, test) > 0);
  return isLong ? 4 : 3;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
