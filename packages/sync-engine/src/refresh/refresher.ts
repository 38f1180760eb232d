import type { ApiClient } from '@testio-mcp/api-client';
import { type Clock, SECOND_MS, type TestioError, toTestioError } from '@testio-mcp/domain';
import type { LeaseTiming, Store } from '@testio-mcp/persistence';
import { BATCH_SIZE } from '../bugs.ts';
import { troubleOf } from '../trouble.ts';
import { type Due, type DueRow, readDue } from './due.ts';
import { Flights } from './flights.ts';
import type { RefreshContext } from './refresh-context.ts';
import { refreshBugs, refreshFeatures, refreshPage, refreshProducts } from './refresh-lists.ts';
import { readTest, refreshTest } from './refresh-test.ts';
import type { RefreshedKind, RefreshGap, RefreshOptions, RefreshReport, Shown } from './shown.ts';
import { storeWithoutSync } from './without-sync.ts';

/** After the host failed, or was too slow, questions do not wait for it again for so long. */
const PAUSE_MS = 30 * SECOND_MS;
/** Products that are synced for one question. */
const MOST_PRODUCTS = 3;
/** What one page of a product's newest tests counts beside tests that are due by themselves. */
const WORTH_OF_A_LIST = 25;
const WORTH_OF_FEATURES = 10;

export interface RefresherDependencies {
  readonly store: Store;
  /** The clock of the store's stamps. */
  readonly clock: Clock;
  readonly api: () => Promise<ApiClient>;
  /** Syncs one product as far as anything can have changed. */
  readonly syncProduct: (productId: number, signal: AbortSignal) => Promise<void>;
  readonly lease?: LeaseTiming | undefined;
  /** Milliseconds that never stand still. For tests. */
  readonly elapsed?: (() => number) | undefined;
}

/** One thing to ask for. */
interface Unit {
  readonly what: RefreshedKind;
  /** How many of those things it brings. */
  readonly count: number;
  /** What it is worth beside others when not all can be asked for. */
  readonly worth: number;
  readonly requests: number;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** Brings what answers show up to date, for all questions of a process: each thing is asked for once at a time. */
export class Refresher {
  readonly #deps: RefresherDependencies;
  readonly #flights = new Flights();
  /** When pages of test lists were read: no stamp tells, because a page says nothing of the list as a whole. */
  readonly #pagesRead = new Map<string, number>();
  #trouble: { readonly until: number; readonly error: TestioError } | null = null;

  constructor(deps: RefresherDependencies) {
    this.#deps = deps;
  }

  /**
   * Asks for what is due of an answer, all at once. Ends soon after the signal has aborted, with what has come by then. Nothing
   * is asked while somebody syncs the store.
   *
   * @returns what did not come; never throws for trouble of the API
   */
  async refresh(shown: Shown, options: RefreshOptions): Promise<RefreshReport> {
    const { store, clock } = this.#deps;
    const isAll = options.extent === 'everything';
    const beganAt = clock.now();
    const synced = isAll ? await this.#syncProducts(shown.products ?? [], options.signal) : NOTHING;
    const due = await store.read((scope) => readDue(scope, shown, options, { beganAt, now: clock.now() }));
    const budget = new Budget(options.maxRequests);
    const units = this.#units(due, options, budget);
    if (units.length === 0) return synced;
    const hindrance = isAll ? null : this.#currentTrouble();
    const gaps = hindrance === null ? await this.#run(units, budget, options) : gapsOf(units, hindrance);
    return { isTried: synced.isTried || hindrance === null, gaps: [...synced.gaps, ...gaps] };
  }

  async #syncProducts(ids: readonly number[], signal: AbortSignal): Promise<RefreshReport> {
    const left = ids.length - MOST_PRODUCTS;
    const gaps: RefreshGap[] = left > 0 ? [{ what: 'products', count: left, error: null }] : [];
    for (const id of ids.slice(0, MOST_PRODUCTS)) {
      try {
        await this.#flights.join(`sync:${id}`, signal, (flight) => this.#deps.syncProduct(id, flight));
      } catch (thrown) {
        gaps.push({ what: 'products', count: 1, error: toTestioError(thrown) });
      }
    }
    return { isTried: ids.length > 0, gaps };
  }

  async #run(units: readonly Unit[], budget: Budget, { signal }: RefreshOptions): Promise<RefreshGap[]> {
    const { chosen, left } = budget.choose(units);
    const outcomes = await Promise.allSettled(chosen.map((unit) => unit.run(signal)));
    const failed = chosen.flatMap((unit, index) => {
      const outcome = outcomes[index];
      return outcome?.status === 'rejected' ? gapsOf([unit], this.#judge(outcome.reason, signal)) : [];
    });
    return [...failed, ...gapsOf(left, null)];
  }

  #units(due: Due, options: RefreshOptions, budget: Budget): Unit[] {
    const mayAsk = () => budget.take(1);
    const fly =
      (key: string, work: (context: RefreshContext, signal: AbortSignal) => Promise<unknown>) =>
      async (signal: AbortSignal) =>
        this.#flights.join(key, signal, async (flight) => work(await this.#context(options), flight));
    const page = (productId: number, number: number) => {
      const key = `page:${productId}:${number}`;
      return fly(key, async (context, signal) => {
        await refreshPage(context, productId, number, signal);
        this.#pagesRead.set(key, this.#elapsed());
      });
    };
    const single = (id: number) => fly(`test:${id}`, (context, signal) => readTest(context, id, signal));
    const { pages, singles } = groupRows(due.rows);
    const newest = due.newestTestsOf.filter((id) => !this.#wasRead(`page:${id}:1`, options));
    return [
      ...due.wholeTests.map((id) => ({
        what: 'tests' as const,
        count: 1,
        worth: Number.POSITIVE_INFINITY,
        requests: 0,
        run: fly(`whole:${id}`, (context, signal) => refreshTest(context, id, signal)),
      })),
      ...pages.map(({ productId, page: number, ids }) => ({
        what: 'tests' as const,
        count: ids.length,
        worth: ids.length,
        requests: 1,
        run: (signal: AbortSignal) => orElse(page(productId, number)(signal), ids, mayAsk, (id) => single(id)(signal)),
      })),
      ...singles.map(({ id }) => ({ what: 'tests' as const, count: 1, worth: 1, requests: 1, run: single(id) })),
      ...batches(due.bugsOf).map((ids) => ({
        what: 'bugs' as const,
        count: ids.length,
        worth: ids.length,
        requests: 1,
        run: (signal: AbortSignal) => this.#bugs(ids, options, mayAsk, signal),
      })),
      ...newest
        .filter((id) => !pages.some((one) => one.productId === id && one.page === 1))
        .map((id) => ({ what: 'tests' as const, count: 1, worth: WORTH_OF_A_LIST, requests: 1, run: page(id, 1) })),
      ...due.featuresOf.map(({ id, lists }) => ({
        what: 'features' as const,
        count: 1,
        worth: WORTH_OF_FEATURES,
        requests: 1 + lists,
        run: fly(`features:${id}`, (context, signal) => refreshFeatures(context, id, signal)),
      })),
      ...(due.productList
        ? [
            {
              what: 'product_list' as const,
              count: 1,
              worth: WORTH_OF_A_LIST,
              requests: 1,
              run: fly('products', (context, signal) => refreshProducts(context, signal)),
            },
          ]
        : []),
    ];
  }

  /** Bugs that are on their way already, for whichever question, are waited for; the others are asked for together. */
  async #bugs(ids: readonly number[], options: RefreshOptions, mayAsk: () => boolean, signal: AbortSignal) {
    const keyOf = (id: number) => `bugs:${id}`;
    const coming = (id: number) => {
      const flight = this.#flights.current(keyOf(id)) ?? this.#flights.current(`whole:${id}`);
      return flight?.stop.signal.aborted === true ? undefined : flight;
    };
    const flights = new Set(ids.map(coming).filter((flight) => flight !== undefined));
    const rest = ids.filter((id) => coming(id) === undefined);
    if (rest.length > 0) {
      flights.add(
        this.#flights.start(rest.map(keyOf), async (flight) =>
          refreshBugs(await this.#context(options), rest, mayAsk, flight),
        ),
      );
    }
    const outcomes = await Promise.allSettled([...flights].map((flight) => this.#flights.wait(flight, signal)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #context({ extent }: RefreshOptions): Promise<RefreshContext> {
    const { store, clock, lease = {} } = this.#deps;
    const beganAt = clock.now();
    const quiet = await storeWithoutSync(store, lease);
    const attempts = extent === 'stale' ? 1 : undefined;
    return { store: quiet, api: await this.#deps.api(), beganAt, attempts };
  }

  /** Takes note of an error that other questions would meet, too. */
  #judge(thrown: unknown, signal: AbortSignal): TestioError {
    const error = toTestioError(thrown);
    const trouble = troubleOf(error);
    const isTooSlow = error.kind === 'cancelled' && signal.aborted;
    if (trouble === 'outage' || error.kind === 'authentication' || isTooSlow) {
      this.#trouble = { until: this.#elapsed() + PAUSE_MS, error };
    }
    return error;
  }

  #currentTrouble(): TestioError | null {
    if (this.#trouble !== null && this.#elapsed() >= this.#trouble.until) this.#trouble = null;
    return this.#trouble?.error ?? null;
  }

  #wasRead(key: string, { extent, maxAgeMs }: RefreshOptions): boolean {
    const at = this.#pagesRead.get(key);
    return extent === 'stale' && at !== undefined && this.#elapsed() - at <= maxAgeMs;
  }

  #elapsed(): number {
    return this.#deps.elapsed?.() ?? performance.now();
  }
}

const NOTHING: RefreshReport = { isTried: false, gaps: [] };

/** The requests that one question may send. */
class Budget {
  #left: number;

  constructor(requests: number) {
    this.#left = requests;
  }

  take(requests: number): boolean {
    if (requests > this.#left) return false;
    this.#left -= requests;
    return true;
  }

  /** Those that are worth most, as far as the requests go. */
  choose(units: readonly Unit[]): { readonly chosen: readonly Unit[]; readonly left: readonly Unit[] } {
    const inOrder = units.toSorted((a, b) => (a.worth === b.worth ? 0 : b.worth - a.worth));
    const chosen: Unit[] = [];
    const left: Unit[] = [];
    for (const unit of inOrder) (this.take(unit.requests) ? chosen : left).push(unit);
    return { chosen, left };
  }
}

interface Page {
  readonly productId: number;
  readonly page: number;
  readonly ids: readonly number[];
}

/** Tests that a page brings together, and those that are asked for one by one. */
function groupRows(rows: readonly DueRow[]): { readonly pages: Page[]; readonly singles: DueRow[] } {
  const groups = [...Map.groupBy(rows, ({ productId, page }) => `${productId}/${page}`).values()];
  const pages = groups.flatMap((tests) => {
    const [first] = tests;
    if (first === undefined || tests.length < 2 || first.page === 0) return [];
    return [{ productId: first.productId, page: first.page, ids: tests.map((test) => test.id) }];
  });
  const onPages = new Set(pages.flatMap((page) => page.ids));
  return { pages, singles: rows.filter((row) => !onPages.has(row.id)) };
}

/** A page that the server cannot deliver, because of one of its tests, is replaced by single tests as far as requests go. */
async function orElse(
  page: Promise<void>,
  ids: readonly number[],
  mayAsk: () => boolean,
  single: (id: number) => Promise<void>,
): Promise<void> {
  try {
    await page;
  } catch (thrown) {
    if (troubleOf(toTestioError(thrown)) !== 'data') throw thrown;
    const parts = await Promise.allSettled(ids.map((id) => (mayAsk() ? single(id) : Promise.reject(thrown))));
    for (const part of parts) if (part.status === 'rejected') throw part.reason;
  }
}

function batches(ids: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(ids.length / BATCH_SIZE) }, (_, index) =>
    ids.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
}

function gapsOf(units: readonly Unit[], error: TestioError | null): RefreshGap[] {
  return units.map(({ what, count }) => ({ what, count, error }));
}
