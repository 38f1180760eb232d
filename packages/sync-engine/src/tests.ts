import type { Product, Test, TestioError } from '@testio-mcp/domain';
import { closeFailures, finishTestList, saveTests } from '@testio-mcp/persistence';
import { confirmMissing } from './confirm-missing.ts';
import { listFailure, OF_ONE_TEST, positionFailure } from './failures.ts';
import { PAGE_SIZE } from './page-window.ts';
import { type Run, subjectOf } from './run.ts';
import { type WalkedList, walkTestList } from './test-list.ts';

/** Pages that any list with tests takes: one with tests and an empty one. */
const LEAST_PAGES = 2;

/** Told of tests as soon as they are stored. */
export type OnTests = (tests: readonly Test[]) => void;

/**
 * Makes the tests of one product equal to the API's list, page by page. Only a list whose end was reached, with every
 * position read or known to fail by itself, counts as confirmed, and only one without failing positions marks tests as
 * deleted. Never throws: the outcome tells.
 *
 * @returns whether the end of the list was reached, so that `onTests` was told of every test that can be read
 */
export async function syncTests(run: Run, product: Product, onTests: OnTests): Promise<boolean> {
  const tally = run.tally(subjectOf(product), 'tests');
  const name = product.title ?? `Product ${product.id}`;
  const progress = run.progress.task(Math.max(LEAST_PAGES, run.likelyPages(product.id)));
  const keys: string[] = [];
  let trouble: TestioError | null = null;
  tally.hold();
  try {
    const list = await walkTestList<Test>({
      likelyPages: run.likelyPages(product.id),
      signal: run.signal,
      readPage: (page, perPage, attempts, signal) =>
        run.ask(() => run.api.listTests(product.id, { page, perPage, attempts, signal }), {
          isPart: perPage !== PAGE_SIZE,
        }),
      onPage: async ({ tests, gaps }) => {
        const failures = gaps.map((gap) => positionFailure(product.id, gap));
        keys.push(...failures.map((failure) => failure.key));
        trouble ??= gaps[0]?.error ?? null;
        const rows = await run.write(async (scope) => {
          await run.recordFailures(scope, failures);
          return tests.length === 0 ? 0 : saveTests(scope, product.id, tests);
        });
        tally.expect(tests.length);
        tally.read(tests.length, tests.length, rows);
        progress.step(`${name}: tests`);
        onTests(tests);
      },
    });
    const lost = list.failedPositions + list.unreadPositions;
    tally.expect(lost);
    if (trouble !== null) tally.lose(lost, trouble);
    if (list.stoppedBy !== null) throw list.stoppedBy;
    if (list.unreadPositions === 0) tally.wrote(await confirmList(run, product, list, keys, onTests));
    // The end of the list is something read, too: a product without tests is complete.
    tally.expect(1);
    tally.read(1, 0, 0);
    tally.release();
    return true;
  } catch (thrown) {
    await run.close(tally, thrown, (error) => listFailure(product.id, error));
    return false;
  } finally {
    progress.end(`${name}: tests`);
  }
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
    const saved = found.length === 0 ? 0 : await saveTests(scope, product.id, found);
    await closeFailures(scope, { productId: product.id, kinds: ['test_position'] }, keys);
    await closeFailures(scope, { productId: product.id, kinds: OF_ONE_TEST, testIds: gone });
    const { failedPositions } = list;
    return saved + (await finishTestList(scope, product.id, { seenTestIds: seen, failedPositions }));
  });
  onTests(found);
  return rows;
}
