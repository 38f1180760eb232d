import { inPeriod, type Period, type Product, type Test, type TestioError } from '@testio-mcp/domain';
import { closeFailures, confirmTests, finishTestList, saveTests, stampDiscovery } from '@testio-mcp/persistence';
import { confirmMissing } from './confirm-missing.ts';
import { type Failure, listFailure, OF_ONE_TEST, positionFailure } from './failures.ts';
import { HeadReader, type OnTests } from './head-reader.ts';
import { type KnownList, readKnownList } from './known-list.ts';
import { PAGE_SIZE } from './page-window.ts';
import { type Run, subjectOf } from './run.ts';
import type { SyncMode } from './run-record.ts';
import { PeriodEnd } from './stop-rule.ts';
import { type Gap, type WalkedList, walkTestList } from './test-list.ts';

/** Pages that any list with tests takes: one with tests and an empty one. */
const LEAST_PAGES = 2;

/** How far the tests of a product are to be read. */
export interface ListOrder {
  /** Every page up to the empty one; or the first pages and what can still change, unless something asks for more. */
  readonly mode: SyncMode;
  /** Only tests that ended in it; null for all. Nothing counts as confirmed then but the tests themselves. */
  readonly period: Period | null;
}

/** How far a product's list was read. */
type ListReading = 'to_its_end' | 'as_far_as_needed' | 'broken_off';

/**
 * Makes the tests of one product equal to the API's list, page by page. Only a list whose end was reached, with every
 * position read or known to fail by itself, counts as confirmed, and only one without failing positions marks tests as
 * deleted. Never throws: the outcome tells.
 *
 * @returns how far the list was read; unless it broke off, `onTests` was told of every test that can be read there
 */
export async function syncTests(run: Run, product: Product, order: ListOrder, onTests: OnTests): Promise<ListReading> {
  const tally = run.tally(subjectOf(product), 'tests');
  if (run.isTooLateFor(tally)) return 'broken_off';
  const name = product.title ?? `Product ${product.id}`;
  const progress = run.progress.task(1);
  const keys: string[] = [];
  const { period } = order;
  const end = period === null ? null : new PeriodEnd(period);
  let trouble: TestioError | null = null;
  let ofPage = { rowsWritten: 0, hasNewGap: false };
  tally.hold();
  try {
    const head =
      order.mode === 'full' || end !== null ? null : new HeadReader(run, product, await knownListOf(run, product));
    const reach = () =>
      head?.reach() ?? { likelyPages: end === null ? run.likelyPages(product.id) : 0, mayGuess: end === null };
    progress.expect(Math.max(LEAST_PAGES, reach().likelyPages));
    const list = await walkTestList<Test>({
      reach,
      signal: run.signal,
      readPage: (page, perPage, attempts, signal) =>
        run.ask(() => run.api.listTests(product.id, { page, perPage, attempts, signal }), {
          isPart: perPage !== PAGE_SIZE,
        }),
      onPage: async ({ tests: listed, gaps }) => {
        const tests = period === null ? listed : listed.filter((test) => inPeriod(test.endAt, period));
        const failures = gaps.map((gap) => positionFailure(product.id, gap));
        keys.push(...failures.map((failure) => failure.key));
        trouble ??= gaps[0]?.error ?? null;
        const rowsWritten = await run.write(async (scope) => {
          await run.recordFailures(scope, failures);
          return tests.length === 0 ? 0 : saveTests(scope, product.id, tests);
        });
        tally.expect(tests.length);
        ofPage = { rowsWritten, hasNewGap: gaps.length > 0 && !areKnown(run, gaps, failures) };
        tally.read(tests.length, tests.length, rowsWritten);
        progress.step(`${name}: tests`);
        await onTests(tests);
      },
      isEnough: async (page) => {
        if (end !== null) return end.add(page);
        const looked = await head?.add({ ...page, ...ofPage }, keys);
        if (looked === null || looked === undefined) return false;
        tally.expect(looked.tests.length + looked.lost.length);
        tally.read(looked.tests.length, looked.tests.length, looked.rowsWritten);
        for (const error of looked.lost) tally.lose(1, error);
        await onTests(looked.tests, looked.singles);
        return !looked.needsWholeList;
      },
    });
    const lost = list.failedPositions + list.unreadPositions;
    tally.expect(lost);
    if (trouble !== null) tally.lose(lost, trouble);
    if (list.stoppedBy !== null) throw list.stoppedBy;
    if (period === null && list.unreadPositions === 0) {
      if (list.isWhole) tally.wrote(await confirmList(run, product, list, keys, onTests));
      else await run.write((scope) => stampDiscovery(scope, product.id));
    }
    // The end of the list is something read, too: a product without tests is complete.
    tally.expect(1);
    tally.read(1, 0, 0);
    tally.release();
    return list.isWhole ? 'to_its_end' : 'as_far_as_needed';
  } catch (thrown) {
    await run.close(tally, thrown, (error) => listFailure(product.id, error));
    return 'broken_off';
  } finally {
    progress.end(`${name}: tests`);
  }
}

/** Whether all of these gaps are single positions that earlier runs met, too. */
function areKnown(run: Run, gaps: readonly Gap[], failures: readonly Failure[]): boolean {
  const known = new Set(run.openFailures.map((one) => one.key));
  return gaps.every((gap) => gap.length === 1) && failures.every((failure) => known.has(failure.key));
}

function knownListOf(run: Run, product: Product): Promise<KnownList> {
  return run.read((scope) => readKnownList(scope, product.id, run.openFailures, run.now));
}

/** Stamps the list as read to its end, and settles what is stored of the product but was not in it. */
async function confirmList(
  run: Run,
  product: Product,
  list: WalkedList,
  keys: readonly string[],
  onTests: OnTests,
): Promise<number> {
  const isWhole = list.failedPositions === 0;
  const { found, unsure } = isWhole
    ? await confirmMissing(run, product.id, list.seenTestIds)
    : { found: [], unsure: [] };
  const seen = new Set([...list.seenTestIds, ...found.map((test) => test.id), ...unsure]);
  const failing = run.openFailures.filter((one) => one.productId === product.id).map((one) => one.testId);
  const gone = isWhole ? failing.filter((id) => id !== null).filter((id) => !seen.has(id)) : [];
  const rows = await run.write(async (scope) => {
    const saved = found.length === 0 ? 0 : await confirmTests(scope, product.id, found);
    await closeFailures(scope, { productId: product.id, kinds: ['test_position'] }, keys);
    await closeFailures(scope, { productId: product.id, kinds: OF_ONE_TEST, testIds: gone });
    const { failedPositions } = list;
    return saved + (await finishTestList(scope, product.id, { seenTestIds: seen, failedPositions }));
  });
  await onTests(found, new Map(found.map((test) => [test.id, test])));
  return rows;
}
