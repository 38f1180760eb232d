import { cancelled, SECOND_MS, TestioError } from '@testio-mcp/domain';

/**
 * Waits for work that asks the API, but no longer than a question may wait. The signal that the work gets is aborted at the
 * deadline or when the caller gives up; the answer does not wait until the work notices.
 *
 * @throws TestioError `api_too_slow` at the deadline, `cancelled` when the caller gave up; what the work throws
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
  caller: AbortSignal,
): Promise<T> {
  if (caller.aborted) throw cancelled(caller.reason);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), deadlineMs);
  const signal = AbortSignal.any([caller, late.signal]);
  const gaveUp = Promise.withResolvers<never>();
  const giveUp = () => gaveUp.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(signal), gaveUp.promise]);
  } catch (thrown) {
    if (caller.aborted) throw cancelled(thrown);
    throw late.signal.aborted ? tooSlow(deadlineMs) : thrown;
  } finally {
    clearTimeout(timer);
    // Node keeps a signal that is made of others as long as anybody listens to it, and with it all that the question held.
    signal.removeEventListener('abort', giveUp);
  }
}

/** The API did not answer in time. */
export function tooSlow(deadlineMs: number): TestioError {
  return new TestioError({
    kind: 'network',
    code: 'api_too_slow',
    message: `The API did not answer within ${deadlineMs / SECOND_MS} seconds.`,
    next: 'Try again later, or ask for what is stored.',
    retryable: true,
  });
}
