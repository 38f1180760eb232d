import type { Product, Test } from '@testio-mcp/domain';
import { closeFailures, saveExecutions, saveTestDetails } from '@testio-mcp/persistence';
import pLimit from 'p-limit';
import { testFailure } from './failures.ts';
import { readExecutions } from './read-executions.ts';
import { type Run, subjectOf } from './run.ts';

/** Tests whose details are read at a time. */
const TESTS_AT_A_TIME = 10;

/** Reads details with metrics, and executions, of the tests that a sync wants them of, as the tests become known. */
export class DetailsLoader {
  readonly #run: Run;
  readonly #limit = pLimit(TESTS_AT_A_TIME);
  readonly #loads = new Set<Promise<void>>();
  readonly #progress;
  #wanted = 0;

  constructor(run: Run) {
    this.#run = run;
    this.#progress = run.progress.task(0);
  }

  /**
   * Reads tests that are stored by now.
   *
   * @param singles tests that were just read one by one; they are not asked for again
   */
  add(product: Product, testIds: readonly number[], singles?: ReadonlyMap<number, Test>): void {
    this.#run.tally(subjectOf(product), 'details').expect(testIds.length);
    this.#wanted += testIds.length;
    this.#progress.expect(this.#wanted);
    for (const id of testIds) {
      const work = this.#limit(() => this.#load(product, id, singles?.get(id))).finally(() => this.#loads.delete(work));
      this.#loads.add(work);
    }
  }

  /** Waits for everything. Never throws: the outcomes tell. */
  async finish(): Promise<void> {
    await Promise.all(this.#loads);
    this.#progress.end('Running tests');
  }

  async #load(product: Product, testId: number, known: Test | undefined): Promise<void> {
    const tally = this.#run.tally(subjectOf(product), 'details');
    if (!this.#run.isTooLateFor(tally)) {
      const test = await this.#part('test_details', product, testId, () => this.#readDetails(product, testId, known));
      if (test !== null) {
        const rows = await this.#part('executions', product, testId, () => this.#readRuns(product, test));
        tally.read(rows === null ? 0 : 1, 1, rows ?? 0);
      }
    }
    this.#progress.step('Running tests');
  }

  async #readDetails(product: Product, testId: number, known: Test | undefined): Promise<Test> {
    const run = this.#run;
    const test = known ?? (await run.ask(() => run.api.getTest(testId, { isPatient: true, signal: run.signal })));
    const rows = await run.write(async (scope) => {
      await closeFailures(scope, { productId: product.id, kinds: ['test_details'], testIds: [testId] });
      return saveTestDetails(scope, product.id, test);
    });
    run.tally(subjectOf(product), 'details').wrote(rows);
    return test;
  }

  async #readRuns(product: Product, test: Test): Promise<number> {
    const run = this.#run;
    const runs = await readExecutions(
      { api: run.api, isPatient: true, signal: run.signal, ask: (question) => run.ask(question) },
      test,
    );
    return run.write(async (scope) => {
      await closeFailures(scope, { productId: product.id, kinds: ['executions'], testIds: [test.id] });
      return saveExecutions(scope, test.id, runs);
    });
  }

  /** Null when the part could not be read, which is recorded then. Never throws. */
  async #part<T>(
    kind: 'test_details' | 'executions',
    product: Product,
    testId: number,
    read: () => Promise<T>,
  ): Promise<T | null> {
    try {
      return await read();
    } catch (thrown) {
      await this.#run.lose(this.#run.tally(subjectOf(product), 'details'), 1, thrown, (error) => [
        testFailure(kind, product.id, testId, error),
      ]);
      return null;
    }
  }
}
