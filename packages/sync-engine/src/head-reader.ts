import type { Product, Test } from '@testio-mcp/domain';
import type { KnownList } from './known-list.ts';
import { type LookedBack, lookBack } from './look-back.ts';
import { PAGE_SIZE, type PageReach } from './page-window.ts';
import type { Run } from './run.ts';
import { CleanPages, type WrittenPage } from './stop-rule.ts';

/**
 * Ends the reading of a product's list once its first pages brought nothing new any more and everything further down that can
 * still change was looked at by itself. Anything that is not where it was turns it into a reading of the whole list.
 *
 * What it cannot see: a new test that ended earlier than those of the pages read, and changes of final tests below them. They
 * are found when the whole list is read, at most a day later.
 */
export class HeadReader {
  readonly #run: Run;
  readonly #product: Product;
  readonly #known: KnownList;
  readonly #clean: CleanPages;
  readonly #seen = new Set<number>();
  #pages = 0;
  #newTests = 0;
  #isWhole: boolean;

  constructor(run: Run, product: Product, known: KnownList) {
    this.#run = run;
    this.#product = product;
    this.#known = known;
    this.#clean = new CleanPages(known.tests);
    this.#isWhole = known.wholeBecause !== null;
  }

  /** How far pages may be asked for ahead. */
  reach(): PageReach {
    const suspects = new Set(this.#known.failures.map((one) => Math.floor((one.position ?? 0) / PAGE_SIZE) + 1));
    const isSuspect = (page: number) => suspects.has(page);
    if (this.#isWhole) return { likelyPages: this.#run.likelyPages(this.#product.id), mayGuess: true, isSuspect };
    return { likelyPages: this.#known.headPages, mayGuess: false, isSuspect };
  }

  /** Takes the next page. Answers with what the look back came to when the reading may end; null when it goes on. */
  async add(page: WrittenPage, failureKeys: readonly string[]): Promise<LookedBack | null> {
    this.#pages += 1;
    for (const { id } of page.tests) {
      this.#seen.add(id);
      if (!this.#known.tests.has(id)) this.#newTests += 1;
    }
    if (!this.#clean.add(page) || this.#isWhole) return null;
    const looked = await lookBack(this.#run, this.#product, this.#known, {
      seenTestIds: this.#seen,
      pages: this.#pages,
      newTests: this.#newTests,
      failureKeys: new Set(failureKeys),
    });
    this.#isWhole = looked.needsWholeList;
    return looked;
  }
}

/** What is told of tests that were stored: those read one by one need not be asked for again. */
export type OnTests = (tests: readonly Test[], singles?: ReadonlyMap<number, Test>) => Promise<void>;
