import { type TestioError, toTestioError } from '@testio-mcp/domain';
import { type FailedPosition, narrowPage, type ReadPage } from './narrow-page.ts';
import { askForData, troubleOf } from './trouble.ts';

/** Tests asked for at a time. Larger pages fail more often (customer-api 10.1). */
export const PAGE_SIZE = 25;
/** A page that fails is tried so often before it is narrowed down: it may be ill only for a moment. */
export const PAGE_ATTEMPTS = 2;
/** Pages asked for at a time, at most. */
const WIDEST = 5;

/** What became of one page. */
export interface PageResult<T> {
  /** In the order of the list. A host that ignores paging sends more than a page holds. */
  readonly read: readonly { readonly position: number; readonly row: T }[];
  readonly failed: readonly FailedPosition[];
  /** Positions that were given up; some may lie beyond the end of the list. */
  readonly unread: readonly number[];
  /** Why the page itself could not be read; null for a page that came as asked. */
  readonly error: TestioError | null;
}

/** Reads a page; aborting the signal rejects it. */
export type PageSource<T> = (
  page: number,
  perPage: number,
  attempts: number | undefined,
  signal: AbortSignal,
) => Promise<readonly T[]>;

/** How far pages may be asked for ahead. */
export interface PageReach {
  /** Pages that are known to be needed, from what the list held last time; 0 when nothing is known. */
  readonly likelyPages: number;
  /** Whether pages beyond those may be asked for before it is known that they are needed. */
  readonly mayGuess: boolean;
  /** Whether a page failed last time, so that it is narrowed down at once when it fails again. */
  readonly isSuspect?: ((page: number) => boolean) | undefined;
}

/** Reads one page, in parts if it must be. */
async function readRange<T>(page: number, pageAttempts: number, readPage: ReadPage<T>): Promise<PageResult<T>> {
  const first = (page - 1) * PAGE_SIZE;
  try {
    const rows = await askForData(pageAttempts, (attempts) => readPage(page, PAGE_SIZE, attempts));
    return { read: rows.map((row, index) => ({ position: first + index, row })), failed: [], unread: [], error: null };
  } catch (thrown) {
    const error = toTestioError(thrown);
    const trouble = troubleOf(error);
    if (trouble === 'outage') {
      return { read: [], failed: [], unread: Array.from({ length: PAGE_SIZE }, (_, index) => first + index), error };
    }
    if (trouble !== 'data') throw error;
    const range = await narrowPage(first, PAGE_SIZE, error, readPage);
    const read = [...range.read].map(([position, row]) => ({ position, row })).sort((a, b) => a.position - b.position);
    return { read, failed: range.failed, unread: range.unread, error: range.givenUp ?? error };
  }
}

/**
 * Hands out the pages of a list in their order and asks for some of them ahead. A list has no total, so every page asked
 * for ahead may lie beyond its end: the window is one page until one came back, grows with the number of full pages, and is
 * one page again as soon as a page is not full, because the end is near then.
 */
export class PageWindow<T> {
  readonly #source: PageSource<T>;
  readonly #reach: () => PageReach;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #asked = new Map<number, Promise<PageResult<T>>>();
  #current = 0;
  #fullPages = 0;
  #isLastFull = false;

  /** @param reach asked again before every request, because what is needed may turn out on the way */
  constructor(source: PageSource<T>, reach: () => PageReach, signal: AbortSignal) {
    this.#source = source;
    this.#reach = reach;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  /** The next page. Throws errors that concern the whole product or run. */
  async next(): Promise<PageResult<T>> {
    this.#current += 1;
    const result = await this.#ask(this.#current);
    this.#asked.delete(this.#current);
    this.#isLastFull = result.read.length === PAGE_SIZE || (result.error !== null && result.read.length > 0);
    if (this.#isLastFull) this.#fullPages += 1;
    return result;
  }

  /** Asks for the pages that are needed next, before `next` is called for them. Not to be called after the last page. */
  askAhead(): void {
    const from = this.#current + 1;
    for (let page = from; page <= this.#horizon(from); page += 1) void this.#ask(page);
  }

  /** Ends requests for pages beyond the end, and waits for them. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#asked.values());
  }

  #horizon(from: number): number {
    const { likelyPages, mayGuess } = this.#reach();
    if (!mayGuess && from > likelyPages) return this.#current;
    if (!this.#isLastFull) return from;
    if (from <= likelyPages) return Math.min(likelyPages, from + WIDEST - 1);
    return from + Math.min(WIDEST, 2 + Math.floor(this.#fullPages / 20)) - 1;
  }

  #ask(page: number): Promise<PageResult<T>> {
    let asked = this.#asked.get(page);
    if (asked === undefined) {
      const pageAttempts = this.#reach().isSuspect?.(page) === true ? 1 : PAGE_ATTEMPTS;
      asked = readRange(page, pageAttempts, (at, perPage, attempts) =>
        this.#source(at, perPage, attempts, this.#signal),
      );
      // A page beyond the end may fail without anybody waiting for it.
      asked.catch(() => undefined);
      this.#asked.set(page, asked);
    }
    return asked;
  }
}
