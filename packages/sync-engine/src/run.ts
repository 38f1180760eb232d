import type { ApiClient } from '@testio-mcp/api-client';
import { cancelled, type EpochMs, type Product, type TestioError, toTestioError } from '@testio-mcp/domain';
import { type OpenFailure, type ReadScope, recordFailure, type Store, type WriteScope } from '@testio-mcp/persistence';
import { type Failure, toSyncFailure } from './failures.ts';
import { OutageWatch } from './outage-watch.ts';
import { PAGE_SIZE } from './page-window.ts';
import { type PhaseName, type PhaseSubject, PhaseTally } from './phase-tally.ts';
import type { Progress } from './progress.ts';
import type { PhaseOutcome, SyncFailure } from './run-record.ts';
import { troubleOf } from './trouble.ts';

export interface RunParts {
  readonly store: Store;
  readonly api: ApiClient;
  readonly progress: Progress;
  /** When the run began. */
  readonly now: EpochMs;
  readonly signal?: AbortSignal | undefined;
}

/** What the phases of one run share: the way to the API and to the store, what was counted, and the end of it all. */
export class Run {
  readonly api: ApiClient;
  readonly progress: Progress;
  /** When the run began: the instant by which it decides what is due. */
  readonly now: EpochMs;
  /** Failures that earlier runs left open. */
  openFailures: readonly OpenFailure[] = [];
  /** Tests that the store holds, by product. */
  storedTests: ReadonlyMap<number, number> = new Map();
  readonly #store: Store;
  readonly #signal: AbortSignal;
  readonly #outside: AbortSignal | undefined;
  readonly #end = new AbortController();
  readonly #watch = new OutageWatch();
  readonly #tallies = new Map<string, PhaseTally>();
  readonly #failures = new Map<string, SyncFailure>();
  readonly #unwritten = new Map<string, Failure>();
  #fatal: TestioError | null = null;

  constructor(parts: RunParts) {
    this.api = parts.api;
    this.progress = parts.progress;
    this.now = parts.now;
    this.#store = parts.store;
    this.#outside = parts.signal;
    const signals = [this.#end.signal, ...(parts.signal === undefined ? [] : [parts.signal])];
    this.#signal = AbortSignal.any(signals);
  }

  /** Aborts when the caller cancels the run or nothing more can work. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** The error that ended the run early; null when there was none. */
  get fatal(): TestioError | null {
    return this.#fatal;
  }

  /** The caller ended the run before it had settled everything, or closed the client under it. */
  get isCancelled(): boolean {
    const isEnded = this.#fatal === null ? this.#outside?.aborted === true : this.#fatal.kind === 'cancelled';
    return isEnded && [...this.#tallies.values()].some((tally) => !tally.isSettled);
  }

  get failures(): SyncFailure[] {
    return [...this.#failures.values()];
  }

  /** Failures that could not be written down when they were met, because the run was over by then. */
  get unwrittenFailures(): Failure[] {
    return [...this.#unwritten.values()];
  }

  get outcomes(): PhaseOutcome[] {
    return [...this.#tallies.values()].map((tally) => tally.outcome());
  }

  get rowsWritten(): number {
    return [...this.#tallies.values()].reduce((sum, tally) => sum + tally.rowsWritten, 0);
  }

  /** Pages of a product's test list that are needed if nothing changed, the empty one included; 0 when nothing is stored. */
  likelyPages(productId: number): number {
    const tests = this.storedTests.get(productId) ?? 0;
    return tests === 0 ? 0 : Math.ceil(tests / PAGE_SIZE) + 1;
  }

  /** The counts of one phase of one product; null for the whole account. */
  tally(subject: PhaseSubject | null, phase: PhaseName): PhaseTally {
    const key = `${subject?.id ?? ''}/${phase}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = new PhaseTally(subject, phase);
      this.#tallies.set(key, tally);
    }
    return tally;
  }

  /**
   * Asks the API one thing. Failures of whole questions count towards an outage of the host; those of the parts into which a
   * question was split do not, because one broken record makes several of them fail.
   */
  async ask<T>(question: () => Promise<T>, options: { readonly isPart?: boolean } = {}): Promise<T> {
    if (this.#signal.aborted) throw cancelled();
    try {
      const answer = await question();
      this.#watch.succeeded();
      return answer;
    } catch (thrown) {
      const error = toTestioError(thrown);
      const outage = options.isPart === true && troubleOf(error) === 'data' ? null : this.#watch.failed(error);
      if (outage !== null) this.endWith(outage);
      throw error;
    }
  }

  async read<T>(work: (scope: ReadScope) => Promise<T>): Promise<T> {
    return this.#store.read(work);
  }

  /** Writes in one transaction, unless the run is over. */
  async write<T>(work: (scope: WriteScope) => Promise<T>): Promise<T> {
    if (this.#signal.aborted) throw cancelled();
    return this.#store.write(work);
  }

  /** Writes down, in the caller's transaction, what could not be read. */
  async recordFailures(scope: WriteScope, failures: readonly Failure[]): Promise<void> {
    for (const failure of failures) {
      await recordFailure(scope, failure.key, failure.facts);
      this.#failures.set(failure.key, toSyncFailure(failure));
    }
  }

  /** Takes an error out of a phase: it ends the run if it leaves no hope for anything else. Answers with what to tell. */
  judge(thrown: unknown): TestioError {
    const error = toTestioError(thrown);
    if (error.kind === 'cancelled' && this.#signal.aborted) return this.#fatal ?? error;
    if (troubleOf(error) === 'run') this.endWith(error);
    return error;
  }

  /** Whether the run ended before a phase, or a part of it, began. It says why then, and is not to be begun. */
  isTooLateFor(tally: PhaseTally): boolean {
    if (this.#signal.aborted) tally.interrupt(this.#fatal ?? cancelled());
    return this.#signal.aborted;
  }

  /**
   * Closes a phase that threw. It failed, also when the run ended around it because of an error; that is written down as the
   * given failure. A caller who cancels the run only interrupts it. Never throws.
   */
  async close(tally: PhaseTally, thrown: unknown, failure?: (error: TestioError) => Failure): Promise<void> {
    const error = this.judge(thrown);
    if (this.#wasCancelled(thrown)) return tally.interrupt(error);
    tally.fail(error);
    if (failure !== undefined) await this.#note([failure(error)]);
  }

  /**
   * Counts units of a phase as lost to an error, which is written down as the given failures; leaves them open when the
   * caller cancelled the run around them. Never throws.
   */
  async lose(
    tally: PhaseTally,
    units: number,
    thrown: unknown,
    failures: (error: TestioError) => readonly Failure[],
  ): Promise<void> {
    const error = this.judge(thrown);
    if (this.#wasCancelled(thrown)) return tally.interrupt(error);
    tally.lose(units, error);
    await this.#note(failures(error));
  }

  /** Ends the run: what is on its way to the API is cancelled, what is being written is written to its end. */
  endWith(error: TestioError): void {
    this.#fatal ??= error;
    this.#end.abort();
  }

  /** Ended by its caller, not by an error. */
  #wasCancelled(thrown: unknown): boolean {
    return toTestioError(thrown).kind === 'cancelled' && (this.#fatal === null || this.#fatal.kind === 'cancelled');
  }

  async #note(failures: readonly Failure[]): Promise<void> {
    for (const failure of failures) this.#failures.set(failure.key, toSyncFailure(failure));
    try {
      await this.write((scope) => this.recordFailures(scope, failures));
    } catch (thrown) {
      this.judge(thrown);
      for (const failure of failures) this.#unwritten.set(failure.key, failure);
    }
  }
}

/** A product as run records name it. */
export function subjectOf(product: Product): PhaseSubject {
  return { id: product.id, title: product.title };
}
