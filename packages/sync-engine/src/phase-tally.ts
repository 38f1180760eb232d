import { type TestioError, toTestioError } from '@testio-mcp/domain';
import type { PhaseOutcome } from './run-record.ts';

export type PhaseName = PhaseOutcome['phase'];

/** Whom a phase is about; null for the whole account. */
export interface PhaseSubject {
  readonly id: number;
  readonly title: string | null;
}

/**
 * Counts what one phase of one product reads and loses. Its status follows from the counts: nothing that was to be read may
 * be left over in a phase that counts as completed.
 */
export class PhaseTally {
  readonly subject: PhaseSubject | null;
  readonly phase: PhaseName;
  #items = 0;
  #rowsWritten = 0;
  #expected = 0;
  #read = 0;
  #lost = 0;
  #failed = false;
  #isHeld = false;
  #error: TestioError | null = null;

  constructor(subject: PhaseSubject | null, phase: PhaseName) {
    this.subject = subject;
    this.phase = phase;
  }

  /** So many more units are to be read: requests, pages, tests, whatever the phase is made of. */
  expect(units: number): void {
    this.#expected += units;
  }

  /** Expected units were read and written. */
  read(units: number, items: number, rowsWritten: number): void {
    this.#read += units;
    this.#items += items;
    this.#rowsWritten += rowsWritten;
  }

  /** Rows written beside what was read, such as marks of what is gone. */
  wrote(rows: number): void {
    this.#rowsWritten += rows;
  }

  /** Expected units could not be read. The first reason is the one that is shown. */
  lose(units: number, thrown: unknown): void {
    this.#lost += units;
    this.#error ??= toTestioError(thrown);
  }

  /** The phase as a whole came to nothing, whatever it read before. */
  fail(thrown: unknown): void {
    this.#failed = true;
    this.#error ??= toTestioError(thrown);
  }

  /** The run ended around the phase. */
  interrupt(thrown: unknown): void {
    this.#error ??= toTestioError(thrown);
  }

  /** What is to be read is not known in full yet: the phase is not complete before `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  /** Whether everything that was to be read was read or lost. */
  get isSettled(): boolean {
    return this.#failed || (!this.#isHeld && this.#read + this.#lost >= this.#expected);
  }

  get rowsWritten(): number {
    return this.#rowsWritten;
  }

  outcome(): PhaseOutcome {
    return {
      product_id: this.subject?.id ?? null,
      product_title: this.subject?.title ?? null,
      phase: this.phase,
      status: this.#status(),
      items: this.#items,
      rows_written: this.#rowsWritten,
      error: this.#error?.report() ?? null,
    };
  }

  #status(): PhaseOutcome['status'] {
    if (this.#failed) return 'failed';
    if (this.#read === this.#expected && !this.#isHeld) return 'completed';
    if (this.#read > 0 || this.#items > 0) return 'partial';
    return this.#lost > 0 ? 'failed' : 'skipped';
  }
}
