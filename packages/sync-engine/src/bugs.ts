import { type Bug, type Product, type RejectReason, toTestioError } from '@testio-mcp/domain';
import { closeFailures, saveBugs } from '@testio-mcp/persistence';
import pLimit from 'p-limit';
import { testFailure } from './failures.ts';
import { type Run, subjectOf } from './run.ts';
import { askForData, isGone, troubleOf } from './trouble.ts';
import { doubtfulTests } from './vanished-bugs.ts';

/** Tests whose bugs are asked for in one request (customer-api 8.9, 10.4). */
export const BATCH_SIZE = 15;
/** Batches on their way or waiting to be written. Bounds the memory, since a batch may hold thousands of bugs. */
const BATCHES_AT_A_TIME = 8;
/** After so many batches in a row of which not one test came, splitting them only multiplies the requests. */
const FRUITLESS_BATCHES = 3;

interface Wanted {
  readonly product: Product;
  readonly testId: number;
}

/** Reads the bugs of tests in batches across products, as the tests become known. */
export class BugLoader {
  readonly #run: Run;
  readonly #reasons: Promise<readonly RejectReason[]>;
  readonly #limit = pLimit(BATCHES_AT_A_TIME);
  readonly #batches = new Set<Promise<void>>();
  readonly #progress;
  #waiting: Wanted[] = [];
  #wanted = 0;
  #fruitless = 0;

  /** @param reasons the reasons for rejection; must not reject */
  constructor(run: Run, reasons: Promise<readonly RejectReason[]>) {
    this.#run = run;
    this.#reasons = reasons;
    this.#progress = run.progress.task(0);
  }

  /** Wants the bugs of these tests, which must be stored by now. Full batches are asked for at once. */
  add(product: Product, testIds: readonly number[]): void {
    this.#run.tally(subjectOf(product), 'bugs').expect(testIds.length);
    this.#waiting.push(...testIds.map((testId) => ({ product, testId })));
    this.#wanted += testIds.length;
    this.#progress.expect(Math.ceil(this.#wanted / BATCH_SIZE));
    while (this.#waiting.length >= BATCH_SIZE) this.#start(this.#waiting.splice(0, BATCH_SIZE));
  }

  /** Asks for the rest and waits for everything. Never throws: the outcomes tell. */
  async finish(): Promise<void> {
    if (this.#waiting.length > 0) this.#start(this.#waiting.splice(0));
    await Promise.all(this.#batches);
    this.#progress.end('Bugs');
  }

  #start(batch: readonly Wanted[]): void {
    const work = this.#limit(() => this.#load(batch)).finally(() => this.#batches.delete(work));
    this.#batches.add(work);
  }

  async #load(batch: readonly Wanted[]): Promise<void> {
    const wanted = batch.filter(({ product }) => !this.#run.isTooLateFor(this.#run.tally(subjectOf(product), 'bugs')));
    if (wanted.length > 0) {
      const came = await this.#loadPart(wanted, 2);
      this.#fruitless = came > 0 ? 0 : this.#fruitless + 1;
    }
    this.#progress.step(`Bugs of ${this.#wanted} tests`);
  }

  /**
   * Loads a batch, or what can be had of it: halves of a batch that the server cannot deliver, down to single tests. Never
   * throws: the outcomes tell.
   *
   * @returns the number of tests whose bugs came
   */
  async #loadPart(batch: readonly Wanted[], attempts: number): Promise<number> {
    let bugs: readonly Bug[];
    const testIds = batch.map((wanted) => wanted.testId);
    const { api, signal } = this.#run;
    try {
      bugs = await askForData(attempts, (tries) =>
        this.#run.ask(() => api.listBugs({ testIds, attempts: tries, isPatient: true, signal }), {
          isPart: attempts === 1,
        }),
      );
    } catch (thrown) {
      const isWorthSplitting = batch.length > 1 && this.#fruitless < FRUITLESS_BATCHES;
      if (troubleOf(toTestioError(thrown)) !== 'data' || !isWorthSplitting) return this.#lose(batch, thrown);
      const middle = Math.ceil(batch.length / 2);
      const first = await this.#loadPart(batch.slice(0, middle), 1);
      return first + (await this.#loadPart(batch.slice(middle), 1));
    }
    try {
      const sure = await this.#confirmed(batch, bugs);
      if (sure.length > 0) await this.#save(sure, bugs);
      return sure.length;
    } catch (thrown) {
      return this.#lose(batch, thrown);
    }
  }

  /** Those of the tests whose bugs are sure to be all that came; the others are lost. */
  async #confirmed(batch: readonly Wanted[], bugs: readonly Bug[]): Promise<readonly Wanted[]> {
    const run = this.#run;
    const testIds = batch.map((wanted) => wanted.testId);
    const doubtful = new Set(await run.read((scope) => doubtfulTests(scope, testIds, bugs, run.now)));
    const sure = batch.filter(({ testId }) => !doubtful.has(testId));
    for (const wanted of batch.filter(({ testId }) => doubtful.has(testId))) {
      try {
        await askForData(1, (attempts) =>
          run.ask(() => run.api.getTest(wanted.testId, { attempts, signal: run.signal }), { isPart: true }),
        );
        sure.push(wanted);
      } catch (thrown) {
        if (isGone(toTestioError(thrown))) sure.push(wanted);
        else await this.#lose([wanted], thrown);
      }
    }
    return sure;
  }

  async #save(batch: readonly Wanted[], bugs: readonly Bug[]): Promise<void> {
    const reasons = await this.#reasons;
    const groups = [...Map.groupBy(batch, (wanted) => wanted.product).entries()].map(([product, wanted]) => {
      const testIds = wanted.map((one) => one.testId);
      const ids = new Set(testIds);
      return { product, testIds, bugs: bugs.filter((bug) => ids.has(bug.testId)) };
    });
    const rows = await this.#run.write(async (scope) => {
      const written: number[] = [];
      for (const group of groups) {
        const { rowsWritten } = await saveBugs(scope, group.testIds, group.bugs, reasons);
        await closeFailures(scope, { productId: group.product.id, kinds: ['bugs'], testIds: group.testIds });
        written.push(rowsWritten);
      }
      return written;
    });
    for (const [index, group] of groups.entries()) {
      const tally = this.#run.tally(subjectOf(group.product), 'bugs');
      tally.read(group.testIds.length, group.bugs.length, rows[index] ?? 0);
    }
  }

  async #lose(batch: readonly Wanted[], thrown: unknown): Promise<number> {
    for (const [product, wanted] of Map.groupBy(batch, (one) => one.product)) {
      const tally = this.#run.tally(subjectOf(product), 'bugs');
      await this.#run.lose(tally, wanted.length, thrown, (error) =>
        wanted.map(({ testId }) => testFailure('bugs', product.id, testId, error)),
      );
    }
    return 0;
  }
}
