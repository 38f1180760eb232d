import { type Product, type Test, type TestioError, toTestioError } from '@testio-mcp/domain';
import { closeFailures, confirmTests, type OpenFailure, saveTests } from '@testio-mcp/persistence';
import pLimit from 'p-limit';
import { type Failure, positionStillFailing, testFailure } from './failures.ts';
import type { KnownList, KnownTest } from './known-list.ts';
import { PAGE_SIZE } from './page-window.ts';
import type { Run } from './run.ts';
import { isGone, troubleOf } from './trouble.ts';

/** Questions at a time. */
const AT_A_TIME = 5;
/** A page that fails here is not narrowed down: its tests are asked for one by one. */
const ATTEMPTS = 1;

/** What the reading of a list has met so far. */
export interface HeadRead {
  readonly seenTestIds: ReadonlySet<number>;
  /** Pages from the first one. */
  readonly pages: number;
  /** Tests among them that the store did not know. */
  readonly newTests: number;
  /** Keys of the positions that failed. */
  readonly failureKeys: ReadonlySet<string>;
}

/** What a look back came to. */
export interface LookedBack {
  /** Tests that were read, on pages or one by one; they are stored. */
  readonly tests: readonly Test[];
  /** Those of them that were read one by one. */
  readonly singles: ReadonlyMap<number, Test>;
  readonly rowsWritten: number;
  /** What could not be read; it is recorded. */
  readonly lost: readonly TestioError[];
  /** Something is not where it was: only the whole list tells what became of it. */
  readonly needsWholeList: boolean;
}

/** What a look back asks for. */
export interface LookBackPlan {
  /** Pages, from 1, that hold several tests to look for. */
  readonly pages: readonly { readonly page: number; readonly testIds: readonly number[] }[];
  /** Tests to ask for one by one. */
  readonly singles: readonly number[];
  /** Positions that could not be read last time, to be tried alone. */
  readonly probes: readonly { readonly failure: OpenFailure; readonly position: number }[];
  /** A position that failed last time lies on the pages read and did not fail again, or moved. */
  readonly hasMoved: boolean;
}

/** Plans how to find every known test that can still change, and every position that failed, beyond the pages read. */
export function planLookBack(known: KnownList, head: HeadRead): LookBackPlan {
  const wanted = [...known.tests.values()].filter((test) => !test.isFinal && !head.seenTestIds.has(test.id));
  const open = known.failures.filter((one) => !head.failureKeys.has(one.key));
  const probes = open.map((failure) => ({ failure, position: (failure.position ?? 0) + head.newTests }));
  const first = head.pages * PAGE_SIZE;
  const suspect = new Set(probes.map(({ position }) => pageOf(position)));
  const groups = Map.groupBy(wanted, (test) => pageOf((known.positions.get(test.id) ?? 0) + head.newTests));
  const pages: { page: number; testIds: number[] }[] = [];
  const singles: number[] = [];
  for (const [page, tests] of groups) {
    const isWorthAPage = tests.length > 1 && page > head.pages && !suspect.has(page);
    if (isWorthAPage) pages.push({ page, testIds: ids(tests) });
    else singles.push(...ids(tests));
  }
  return { pages, singles, probes, hasMoved: probes.some(({ position }) => position < first) };
}

/**
 * Reads again what the first pages of a list left out although it can still change: every known test that is not final, and
 * the positions that could not be read last time. What is found is written.
 *
 * @throws errors that concern the whole product or run
 */
export async function lookBack(run: Run, product: Product, known: KnownList, head: HeadRead): Promise<LookedBack> {
  const plan = planLookBack(known, head);
  if (plan.hasMoved) return { ...NOTHING, needsWholeList: true };
  const work = new LookBackWork(run, product, known);
  await pLimit(AT_A_TIME).map(plan.probes, ({ failure, position }) => work.probe(failure, position));
  // The whole list will hold all the rest.
  if (work.needsWholeList) return work.result();
  await work.recordProbes();
  await pLimit(AT_A_TIME).map(plan.pages, ({ page }) => work.readPage(page));
  const expected = plan.pages.flatMap(({ testIds }) => testIds).filter((id) => !work.has(id));
  await pLimit(AT_A_TIME).map([...plan.singles, ...expected], (id) => work.readTest(id));
  return work.result();
}

const NOTHING: LookedBack = { tests: [], singles: new Map(), rowsWritten: 0, lost: [], needsWholeList: false };

class LookBackWork {
  needsWholeList = false;
  readonly #run: Run;
  readonly #product: Product;
  readonly #known: KnownList;
  readonly #tests = new Map<number, Test>();
  readonly #singles = new Map<number, Test>();
  readonly #lost: TestioError[] = [];
  readonly #probed: { readonly error: TestioError; readonly failure: Failure }[] = [];
  #rowsWritten = 0;

  constructor(run: Run, product: Product, known: KnownList) {
    this.#run = run;
    this.#product = product;
    this.#known = known;
  }

  has(testId: number): boolean {
    return this.#tests.has(testId);
  }

  result(): LookedBack {
    return {
      tests: [...this.#tests.values()],
      singles: this.#singles,
      rowsWritten: this.#rowsWritten,
      lost: this.#lost,
      needsWholeList: this.needsWholeList,
    };
  }

  /** Tries a position alone. One that answers was cured, or the list has moved. */
  async probe(open: OpenFailure, position: number): Promise<void> {
    try {
      await this.#listTests(position + 1, 1);
      this.needsWholeList = true;
    } catch (thrown) {
      const error = canBeLost(thrown);
      this.#probed.push({ error, failure: positionStillFailing(open, position, error) });
    }
  }

  async recordProbes(): Promise<void> {
    for (const { error, failure } of this.#probed) await this.#lose(error, failure);
  }

  async readPage(page: number): Promise<void> {
    let tests: readonly Test[];
    try {
      tests = await this.#listTests(page, PAGE_SIZE);
    } catch (thrown) {
      // Its tests are asked for one by one; a position that fails is found when the whole list is read.
      if (troubleOf(this.#run.judge(thrown)) !== 'data') throw thrown;
      return;
    }
    this.#rowsWritten += await this.#run.write((scope) => saveTests(scope, this.#product.id, tests));
    for (const test of tests) {
      this.#tests.set(test.id, test);
      // A new test this deep means that others may be around it.
      if (!this.#known.tests.has(test.id)) this.needsWholeList = true;
    }
  }

  async readTest(testId: number): Promise<void> {
    const { id: productId } = this.#product;
    try {
      const test = await this.#run.ask(() =>
        this.#run.api.getTest(testId, { attempts: this.#hasFailed(testId) ? 1 : undefined, signal: this.#run.signal }),
      );
      if ((test.productId ?? productId) !== productId) {
        this.needsWholeList = true;
        return;
      }
      this.#rowsWritten += await this.#run.write(async (scope) => {
        await closeFailures(scope, { productId, kinds: ['test_details'], testIds: [testId] });
        return confirmTests(scope, productId, [test]);
      });
      this.#tests.set(testId, test);
      this.#singles.set(testId, test);
    } catch (thrown) {
      const error = this.#run.judge(thrown);
      // Whether it is really gone is for the whole list to say.
      if (isGone(error)) this.needsWholeList = true;
      else await this.#lose(canBeLost(thrown), testFailure('test_details', productId, testId, error));
    }
  }

  #hasFailed(testId: number): boolean {
    return this.#run.openFailures.some((one) => one.kind === 'test_details' && one.testId === testId);
  }

  #listTests(page: number, perPage: number): Promise<readonly Test[]> {
    const { api, signal } = this.#run;
    return this.#run.ask(() => api.listTests(this.#product.id, { page, perPage, attempts: ATTEMPTS, signal }), {
      isPart: true,
    });
  }

  async #lose(error: TestioError, failure: Failure): Promise<void> {
    this.#lost.push(error);
    await this.#run.write((scope) => this.#run.recordFailures(scope, [failure]));
  }
}

/** The error, if it concerns nothing but what was asked for. @throws what was given, if it concerns more */
function canBeLost(thrown: unknown): TestioError {
  const error = toTestioError(thrown);
  const trouble = troubleOf(error);
  if (trouble !== 'data' && trouble !== 'outage') throw thrown;
  return error;
}

function pageOf(position: number): number {
  return Math.floor(position / PAGE_SIZE) + 1;
}

function ids(tests: readonly KnownTest[]): number[] {
  return tests.map((test) => test.id);
}
