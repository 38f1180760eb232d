import { type Product, type RejectReason, toTestioError } from '@testio-mcp/domain';
import { BugLoader } from './bugs.ts';
import { DetailsLoader } from './details.ts';
import { type DueTest, readDueTests, type Selection } from './due-tests.ts';
import type { OnTests } from './head-reader.ts';
import { type Run, subjectOf } from './run.ts';
import type { SyncMode } from './run-record.ts';

/** Reads what belongs to tests, as far as it is due: bugs, details, executions. */
export class ContentLoader {
  readonly #run: Run;
  readonly #mode: SyncMode;
  readonly #bugs: BugLoader;
  readonly #details: DetailsLoader;
  /** By product, the tests that were looked at in this run. */
  readonly #considered = new Map<number, Set<number>>();

  /** @param reasons the reasons for rejection; must not reject */
  constructor(run: Run, mode: SyncMode, reasons: Promise<readonly RejectReason[]>) {
    this.#run = run;
    this.#mode = mode;
    this.#bugs = new BugLoader(run, reasons);
    this.#details = new DetailsLoader(run);
  }

  /** Takes tests of a product that were just stored, each once. */
  onTests(product: Product): OnTests {
    return async (tests, singles) => {
      const considered = this.#consideredOf(product);
      const fresh = tests.map((test) => test.id).filter((id) => !considered.has(id));
      if (fresh.length > 0) this.#add(product, await this.#due(product, { only: fresh }), singles);
    };
  }

  /** Takes the stored tests of a product that its list did not bring up. Never throws: the outcomes tell. */
  async addRest(product: Product): Promise<void> {
    try {
      this.#add(product, await this.#due(product, { except: this.#consideredOf(product) }));
    } catch (thrown) {
      for (const phase of ['details', 'bugs'] as const) {
        await this.#run.close(this.#run.tally(subjectOf(product), phase), toTestioError(thrown));
      }
    }
  }

  /** Waits for everything. Never throws: the outcomes tell. */
  async finish(): Promise<void> {
    await Promise.all([this.#bugs.finish(), this.#details.finish()]);
  }

  #due(product: Product, selection: Selection): Promise<DueTest[]> {
    return this.#run.read((scope) => readDueTests(scope, product.id, selection, this.#run.openFailures, this.#run.now));
  }

  #add(product: Product, due: readonly DueTest[], singles?: Parameters<OnTests>[1]): void {
    const considered = this.#consideredOf(product);
    for (const { id } of due) considered.add(id);
    const isFull = this.#mode === 'full';
    this.#details.add(product, idsOf(due.filter((test) => test.details)), singles);
    this.#bugs.add(product, idsOf(due.filter((test) => isFull || test.bugs !== null)));
  }

  #consideredOf(product: Product): Set<number> {
    let ids = this.#considered.get(product.id);
    if (ids === undefined) {
      ids = new Set();
      this.#considered.set(product.id, ids);
    }
    return ids;
  }
}

function idsOf(tests: readonly DueTest[]): number[] {
  return tests.map((test) => test.id);
}
