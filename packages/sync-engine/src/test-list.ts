import type { EpochMs, TestioError } from '@testio-mcp/domain';
import { type PageReach, type PageResult, type PageSource, PageWindow } from './page-window.ts';

/** After so many pages in a row that failed and brought nothing new the server as a whole is ill. */
const PAGES_IN_A_ROW = 3;

/** A test as far as the walk needs to know it. */
export interface ListedTest {
  readonly id: number;
  readonly endAt: EpochMs | null;
}

/** Positions of the list that could not be read: one that fails by itself, or a stretch that was given up. */
export interface Gap {
  /** From 0. */
  readonly position: number;
  /** Number of positions. Of a stretch at the end of the list some may not exist. */
  readonly length: number;
  /** Which gap between these neighbours, from 0. */
  readonly ordinal: number;
  /** The nearest tests that could be read. The list is ordered by end, so what is in the gap ended between the two. */
  readonly before: ListedTest | null;
  readonly after: ListedTest | null;
  readonly error: TestioError;
}

/** A page that is done: its tests, and the gaps whose second neighbour is now known. */
export interface WalkedPage<T> {
  /** From 1. */
  readonly page: number;
  /** Tests that no earlier page had. */
  readonly tests: readonly T[];
  readonly gaps: readonly Gap[];
  /** No gap waits for its second neighbour. */
  readonly isClosed: boolean;
}

export interface Walk<T> {
  readonly readPage: PageSource<T>;
  /** Called page by page in the order of the list; what comes next waits for it. */
  readonly onPage: (page: WalkedPage<T>) => Promise<void>;
  /** Asked after every page that was taken in: true ends the walk before the end of the list. Absent, it never ends so. */
  readonly isEnough?: ((page: WalkedPage<T>) => Promise<boolean>) | undefined;
  readonly reach: () => PageReach;
  readonly signal: AbortSignal;
}

export interface WalkedList {
  readonly seenTestIds: ReadonlySet<number>;
  /** Positions that failed when asked for alone. */
  readonly failedPositions: number;
  /** Positions that were given up, of which some may not exist. */
  readonly unreadPositions: number;
  /**
   * What ended the walk before the end of the list. Null when the end was reached: an empty page, or one that held nothing
   * but tests seen before, as a host that ignores paging sends it (customer-api 10.9); and when the caller had enough.
   */
  readonly stoppedBy: TestioError | null;
  /** Whether the end of the list was reached. */
  readonly isWhole: boolean;
}

/**
 * Reads a product's whole test list, page by page. Neither a short page nor one that had to be narrowed down ends it. Every
 * position of every page ends as read or as part of a gap; tests that moved to another page meanwhile count once.
 *
 * @throws what `onPage` throws, and errors that concern the whole product or run
 */
export async function walkTestList<T extends ListedTest>(walk: Walk<T>): Promise<WalkedList> {
  const pages = new PageWindow<T>(walk.readPage, walk.reach, walk.signal);
  const list = new ListState<T>();
  try {
    for (let page = 1; ; page += 1) {
      const result = await pages.next();
      const tests = list.add(result);
      const isEnd = result.error === null && tests.length === 0;
      const isOver = isEnd || list.fruitlessPages >= PAGES_IN_A_ROW;
      if (!isOver) pages.askAhead();
      const gaps = list.takeGaps(isOver);
      const walked = { page, tests, gaps, isClosed: !list.hasOpenGap };
      if (!isEnd || gaps.length > 0) await walk.onPage(walked);
      if (isOver) return list.result(result.error, result.error === null);
      if ((await walk.isEnough?.(walked)) === true) return list.result(null, false);
    }
  } finally {
    await pages.close();
  }
}

type OpenGap = Omit<Gap, 'after'>;

class ListState<T extends ListedTest> {
  fruitlessPages = 0;
  readonly #seen = new Set<number>();
  readonly #settled: Gap[] = [];
  /** Gaps after the last test that could be read. */
  #open: OpenGap[] = [];
  #before: ListedTest | null = null;
  #failed = 0;
  #unread = 0;

  /** Takes a page in and answers with the tests that are new. */
  add(page: PageResult<T>): T[] {
    const tests: T[] = [];
    for (const event of eventsOf(page)) {
      if (event.kind === 'gap') {
        this.#open.push({ ...event.gap, ordinal: this.#open.length, before: this.#before });
        continue;
      }
      this.#settle(event.row);
      if (this.#seen.has(event.row.id)) continue;
      this.#seen.add(event.row.id);
      tests.push(event.row);
    }
    this.#failed += page.failed.length;
    this.#unread += page.unread.length;
    this.fruitlessPages = page.error !== null && tests.length === 0 ? this.fruitlessPages + 1 : 0;
    return tests;
  }

  get hasOpenGap(): boolean {
    return this.#open.length > 0;
  }

  /** Gaps whose neighbours are known; all of them when no test can follow any more. */
  takeGaps(isOver: boolean): Gap[] {
    if (isOver) this.#settle(null);
    return this.#settled.splice(0);
  }

  result(stoppedBy: TestioError | null, isWhole: boolean): WalkedList {
    const [failedPositions, unreadPositions] = [this.#failed, this.#unread];
    return { seenTestIds: this.#seen, failedPositions, unreadPositions, stoppedBy, isWhole };
  }

  #settle(after: T | null): void {
    const neighbour = after === null ? null : { id: after.id, endAt: after.endAt };
    this.#settled.push(...this.#open.map((gap) => ({ ...gap, after: neighbour })));
    this.#open = [];
    this.#before = neighbour;
  }
}

type PageEvent<T> =
  | { readonly kind: 'row'; readonly position: number; readonly row: T }
  | { readonly kind: 'gap'; readonly position: number; readonly gap: Pick<Gap, 'position' | 'length' | 'error'> };

/** Rows and gaps of a page in the order of the list. Positions given up that follow each other are one gap. */
function eventsOf<T>(page: PageResult<T>): PageEvent<T>[] {
  const events: PageEvent<T>[] = page.read.map(({ position, row }) => ({ kind: 'row', position, row }));
  for (const { position, error } of page.failed) {
    events.push({ kind: 'gap', position, gap: { position, length: 1, error } });
  }
  for (const { position, length } of stretches(page.unread)) {
    if (page.error !== null) events.push({ kind: 'gap', position, gap: { position, length, error: page.error } });
  }
  return events.sort((a, b) => a.position - b.position);
}

function stretches(positions: readonly number[]): { position: number; length: number }[] {
  const found: { position: number; length: number }[] = [];
  for (const position of positions) {
    const last = found.at(-1);
    if (last !== undefined && last.position + last.length === position) last.length += 1;
    else found.push({ position, length: 1 });
  }
  return found;
}
