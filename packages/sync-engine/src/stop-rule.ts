import type { EpochMs, Period } from '@testio-mcp/domain';
import { CLEAN_PAGES, type KnownTest } from './known-list.ts';
import type { ListedTest, WalkedPage } from './test-list.ts';

/** A page that was written to the store. */
export interface WrittenPage extends Pick<WalkedPage<ListedTest>, 'tests' | 'isClosed'> {
  /** It brought a gap that was not known: positions that could not be read for the first time. */
  readonly hasNewGap: boolean;
  /** Rows that writing it changed. */
  readonly rowsWritten: number;
}

/** Tells whether tests come ordered by their end, newest first; where those without an end stand is not known. */
export class EndOrder {
  #last: EpochMs = Number.POSITIVE_INFINITY;
  #isKept = true;

  /** Takes the next tests of the list and answers whether the order was kept so far. */
  add(tests: readonly ListedTest[]): boolean {
    for (const { endAt } of tests) {
      if (endAt === null) continue;
      if (endAt > this.#last) this.#isKept = false;
      this.#last = endAt;
    }
    return this.#isKept;
  }
}

/**
 * Tells when a list was read far enough: after some pages in a row whose every test was known, final and unchanged. New and
 * changed tests beyond them are found when the whole list is read, once a day; those that can still change are looked for by
 * themselves.
 *
 * In a list that is not ordered by end nothing can be said about what comes next, so it is never enough.
 */
export class CleanPages {
  readonly #known: ReadonlyMap<number, KnownTest>;
  readonly #order = new EndOrder();
  #inARow = 0;

  constructor(known: ReadonlyMap<number, KnownTest>) {
    this.#known = known;
  }

  /** Takes the next page and answers whether it may be the last one. */
  add(page: WrittenPage): boolean {
    const isOrdered = this.#order.add(page.tests);
    const isWhole = page.isClosed && !page.hasNewGap && page.tests.length > 0;
    const isClean = isWhole && page.rowsWritten === 0 && this.#areSettled(page.tests);
    this.#inARow = isClean ? this.#inARow + 1 : 0;
    return isOrdered && this.#inARow >= CLEAN_PAGES;
  }

  #areSettled(tests: readonly ListedTest[]): boolean {
    return tests.every(({ id }) => {
      const known = this.#known.get(id);
      return known?.isFinal === true && !known.isUnfinished;
    });
  }
}

/** Tells when a list was read down to the beginning of a period: nothing that ended in it can follow. */
export class PeriodEnd {
  readonly #from: EpochMs;
  readonly #order = new EndOrder();

  constructor(period: Period) {
    this.#from = period.from ?? Number.NEGATIVE_INFINITY;
  }

  /** Takes the next page and answers whether it may be the last one. */
  add(page: Pick<WrittenPage, 'tests' | 'isClosed'>): boolean {
    const isOrdered = this.#order.add(page.tests);
    const last = page.tests.findLast((test) => test.endAt !== null)?.endAt ?? null;
    return isOrdered && page.isClosed && last !== null && last < this.#from;
  }
}
