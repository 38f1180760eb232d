import { createHash } from 'node:crypto';
import { toTestioError } from '@testio-mcp/domain';
import { titleMatches } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import { addressOf, type Entity, questionAbout } from './entities.ts';

/** How often the store is looked at while somebody waits for changes. */
const LOOK_MS = 1_000;
/** Looking takes at most about this share of the time, however much is watched. */
const MOST_SHARE = 0.1;
/** Products whose resources are listed. */
export const LISTED_PRODUCTS = 100;

interface Watched {
  /** Makes a text that differs when what is shown differs. */
  readonly print: () => Promise<string>;
  readonly listeners: Set<() => void>;
  last: string;
}

/**
 * Tells when what a resource shows has changed in the store, whoever changed it: a sync of this process or of another, or the
 * refreshing of an answer. Nothing is looked at while nobody waits.
 */
export class ResourceWatch {
  readonly #runtime: Runtime;
  readonly #lookMs: number;
  readonly #watched = new Map<string, Watched>();
  #seen: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(runtime: Runtime, lookMs = LOOK_MS) {
    this.#runtime = runtime;
    this.#lookMs = lookMs;
  }

  /** Calls back after each change of what is shown of a thing, beginning with what is shown now. Returns how to end it. */
  entity(entity: Entity, onChange: () => void): Promise<() => void> {
    return this.#watch(addressOf(entity), () => this.#printEntity(entity), onChange);
  }

  /** Calls back after each change of the list of products. Returns how to end it. */
  productList(onChange: () => void): Promise<() => void> {
    return this.#watch(
      'products',
      async () => JSON.stringify(await titleMatches(this.#runtime, 'product', '', LISTED_PRODUCTS)),
      onChange,
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#watched.clear();
    clearTimeout(this.#timer);
  }

  async #watch(key: string, print: () => Promise<string>, onChange: () => void): Promise<() => void> {
    const first = await print();
    const watched = this.#watched.get(key) ?? { print, listeners: new Set(), last: first };
    watched.listeners.add(onChange);
    if (!this.#isClosed) this.#watched.set(key, watched);
    this.#lookLater(this.#lookMs);
    return () => {
      watched.listeners.delete(onChange);
      if (watched.listeners.size === 0) this.#watched.delete(key);
    };
  }

  #lookLater(ms: number): void {
    if (this.#timer !== undefined || this.#isClosed || this.#watched.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const started = performance.now();
    try {
      const seen = await this.#lastWrites();
      if (seen !== this.#seen) {
        await this.#compareAll();
        this.#seen = seen;
      }
    } catch (thrown) {
      if (this.#watched.size > 0) this.#runtime.logger.warn({ err: thrown }, 'cannot look for changed resources');
    }
    this.#timer = undefined;
    this.#lookLater(Math.max(this.#lookMs, (performance.now() - started) / MOST_SHARE));
  }

  /** Differs when a sync began or ended, or a test or bug was written, since it was last asked. One cheap statement. */
  async #lastWrites(): Promise<string> {
    const row = await this.#runtime.store.read(({ db }) =>
      db
        .selectFrom('account')
        .select(['change_number', 'products_listed_at'])
        .select((query) => [
          query
            .selectFrom('sync_runs')
            .select(({ fn }) => fn.max('id').as('run'))
            .as('run'),
          query
            .selectFrom('sync_runs')
            .select(({ fn }) => fn.max('finished_at').as('end'))
            .as('end'),
        ])
        .executeTakeFirst(),
    );
    return JSON.stringify(row ?? null);
  }

  async #compareAll(): Promise<void> {
    for (const watched of [...this.#watched.values()]) {
      if (this.#isClosed) return;
      const now = await watched.print();
      if (now === watched.last) continue;
      watched.last = now;
      for (const tell of [...watched.listeners]) tell();
    }
  }

  /** Of the answer without its freshness, which moves with every sync. */
  async #printEntity(entity: Entity): Promise<string> {
    try {
      const question = questionAbout(entity, { fromStore: true });
      const { output } = await this.#runtime.call(entity.of.operation, question);
      const { as_of: _, completeness: __, ...shown } = output;
      return createHash('sha256').update(JSON.stringify(shown)).digest('base64');
    } catch (thrown) {
      const error = toTestioError(thrown);
      if (error.kind !== 'not_found' && error.code !== 'store_never_synced') throw thrown;
      return error.code;
    }
  }
}
