import { TestioError } from '@testio-mcp/domain';
import { troubleOf } from './trouble.ts';

/** So many questions in a row that all failed, whatever they were about, mean that the host is down. */
const QUESTIONS_IN_A_ROW = 12;

/**
 * Watches a whole run for an outage of the host, so that an outage ends the run instead of multiplying requests by products,
 * tests and attempts.
 */
export class OutageWatch {
  #inARow = 0;

  succeeded(): void {
    this.#inARow = 0;
  }

  /** Takes note of a failure. Answers with the error that is to end the run, once it is time. */
  failed(error: TestioError): TestioError | null {
    const trouble = troubleOf(error);
    if (trouble !== 'outage' && trouble !== 'data') return null;
    this.#inARow += 1;
    if (this.#inARow < QUESTIONS_IN_A_ROW) return null;
    const { upstreamStatus } = error.facts;
    return new TestioError({
      kind: error.kind,
      code: 'api_outage',
      message: `The sync stopped because ${this.#inARow} questions in a row failed, the last one like this: ${error.message}`,
      next: 'Try again later. What was read so far is kept.',
      retryable: true,
      ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
      cause: error,
    });
  }
}
