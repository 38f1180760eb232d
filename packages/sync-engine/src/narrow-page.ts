import { type TestioError, toTestioError } from '@testio-mcp/domain';
import { type Ask, askForData, troubleOf } from './trouble.ts';

/** Reads one page of a product's test list, newest end first. `page` counts from 1. */
export type ReadPage<T> = (page: number, perPage: number, attempts: number | undefined) => Promise<readonly T[]>;

/** A position of the list, from 0, that answered with an error when it was asked for alone. */
export interface FailedPosition {
  readonly position: number;
  readonly error: TestioError;
}

/** What became of a range of positions. Positions beyond the end of the list stand nowhere. */
export interface NarrowedRange<T> {
  readonly read: ReadonlyMap<number, T>;
  readonly failed: readonly FailedPosition[];
  /** Positions that were given up without being asked for alone; empty unless `givenUp`. */
  readonly unread: readonly number[];
  /** Why narrowing stopped before every position was settled. */
  readonly givenUp: TestioError | null;
}

const SIZES = [10, 5, 2, 1] as const;
/** So many positions are tried alone before a range of which nothing at all could be read is taken for an outage. */
const PROBES = 6;

/**
 * Reads a range of positions whose page the server cannot deliver, with ever smaller pages, until each position is either
 * read or known to fail by itself (customer-api 10.1). Sizes that do not divide the range overlap its neighbours; only
 * pages that cover a position still open are asked for, and what lies outside the range is dropped.
 *
 * Gives up when the trouble turns out not to be in the data: on an outage, or when pages of 10 and 5 and some single
 * positions spread over the range brought nothing at all.
 *
 * @param first first position of the range, from 0
 * @param size number of positions
 * @param cause the error of the page itself
 * @throws errors that concern the whole product or run
 */
export async function narrowPage<T>(
  first: number,
  size: number,
  cause: TestioError,
  readPage: ReadPage<T>,
): Promise<NarrowedRange<T>> {
  const range = new Range<T>(first, size);
  for (const perPage of SIZES) {
    if (perPage === 2 && range.isHopeless) {
      await range.ask(range.spread(PROBES), 1, readPage);
      if (range.isHopeless) return range.result(cause);
    }
    const outage = await range.ask(range.pagesOf(perPage), perPage, readPage);
    if (outage !== null) return range.result(outage);
  }
  return range.result(null);
}

class Range<T> {
  readonly #first: number;
  readonly #size: number;
  /** Neither read nor failed, nor known to lie beyond the end. */
  readonly #open: Set<number>;
  readonly #read = new Map<number, T>();
  readonly #failed = new Map<number, TestioError>();
  #isAnswered = false;

  constructor(first: number, size: number) {
    this.#first = first;
    this.#size = size;
    this.#open = new Set(Array.from({ length: size }, (_, index) => first + index));
  }

  /** No page that was asked for came back. */
  get isHopeless(): boolean {
    return !this.#isAnswered;
  }

  /** Pages of this size, from 1, that hold a position still open. */
  pagesOf(perPage: number): number[] {
    return [...new Set([...this.#open].map((position) => Math.floor(position / perPage) + 1))].sort((a, b) => a - b);
  }

  /** Pages of one position each, spread evenly over the range. */
  spread(count: number): number[] {
    const step = (this.#size - 1) / (count - 1);
    return Array.from({ length: count }, (_, index) => this.#first + Math.round(index * step) + 1);
  }

  /** Asks for pages at once and settles what they cover. Answers with the outage that came in between, if one did. */
  async ask(pages: readonly number[], perPage: number, readPage: ReadPage<T>): Promise<TestioError | null> {
    const answers = await Promise.all(
      pages.map(async (page) => {
        const ask: Ask<readonly T[]> = (attempts) => readPage(page, perPage, attempts);
        try {
          return { page, rows: await askForData(1, ask), error: null };
        } catch (thrown) {
          return { page, rows: null, error: toTestioError(thrown) };
        }
      }),
    );
    let outage: TestioError | null = null;
    for (const { page, rows, error } of answers) {
      const from = (page - 1) * perPage;
      if (rows !== null) this.#settle(from, perPage, rows);
      else if (troubleOf(error) === 'outage') outage = error;
      else if (troubleOf(error) !== 'data') throw error;
      else if (perPage === 1 && this.#open.delete(from)) this.#failed.set(from, error);
    }
    return outage;
  }

  #settle(from: number, perPage: number, rows: readonly T[]): void {
    this.#isAnswered = true;
    for (let index = 0; index < perPage; index += 1) {
      const position = from + index;
      const row = rows[index];
      // Without a row the position lies beyond the end of the list.
      if (this.#open.delete(position) && row !== undefined) this.#read.set(position, row);
    }
  }

  result(givenUp: TestioError | null): NarrowedRange<T> {
    const failed = [...this.#failed].map(([position, error]) => ({ position, error }));
    const unread = [...this.#open];
    if (givenUp === null) return { read: this.#read, failed, unread, givenUp: null };
    // Given up, a range is one gap: the few positions that were tried alone are no better known than the others.
    const all = [...unread, ...failed.map((one) => one.position)].sort((a, b) => a - b);
    return { read: this.#read, failed: [], unread: all, givenUp };
  }
}
