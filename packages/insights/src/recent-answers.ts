import { setImmediate as endOfTurn } from 'node:timers/promises';
import { type Clock, SECOND_MS } from '@testio-mcp/domain';
import { type Most, RecentlyUsed, type Store } from '@testio-mcp/persistence';

/** An answer is given again for so long, if nothing was written meanwhile. Answers speak of "now" in minutes at the finest. */
const KEPT_MS = SECOND_MS;
/** The longest answers have some 200 KB. With each goes what surfaces make of it, up to twice as much again. */
const MOST_KEPT: Most = { results: 64, bytes: 8_000_000 };

interface Kept {
  readonly version: number;
  readonly at: number;
  /** By a monotonic clock: that of answers may stand still. */
  readonly keptAt: number;
  /** Undefined: it failed. */
  readonly made: Promise<Made<unknown> | undefined>;
}

interface Made<T> {
  readonly value: T;
  readonly keep: boolean;
}

/**
 * Answers of the last second. Many clients that look at the same things, dashboards above all, share the work of one. Whatever
 * anybody writes to the store, in this process or another one, ends all of them at once.
 */
export class RecentAnswers {
  readonly #store: Pick<Store, 'version'>;
  readonly #clock: Clock;
  readonly #kept = new RecentlyUsed<Kept>(MOST_KEPT);
  #version: Promise<number> | undefined;

  constructor(store: Pick<Store, 'version'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * The answer that is kept under this key, or is being made, else one that is made now.
   *
   * @param make its value is kept unless it says that it must not be
   */
  async get<T>(key: string, make: () => Promise<Made<T>>): Promise<T> {
    const version = await this.#versionForAll();
    const now = this.#clock.now();
    const known = this.#kept.get(key);
    if (known !== undefined && known.version === version && isRecent(known, now)) {
      const made = await known.made;
      // What another caller did not get, because it gave up or something failed, is made anew.
      if (made?.keep === true) return made.value as T;
    }
    const making = make();
    // Written meanwhile: then the version is another one, and this is not found any more.
    const kept = { version, at: now, keptAt: performance.now(), made: making.catch(() => undefined) };
    this.#kept.keep(key, kept, making);
    return (await making).value;
  }

  /** The version of the store, looked up once for all who ask in one turn of the event loop, and after the last of them has asked. */
  #versionForAll(): Promise<number> {
    this.#version ??= endOfTurn().then(() => {
      this.#version = undefined;
      return this.#store.version();
    });
    return this.#version;
  }
}

function isRecent({ at, keptAt }: Kept, now: number): boolean {
  return Math.abs(now - at) < KEPT_MS && performance.now() - keptAt < KEPT_MS;
}
