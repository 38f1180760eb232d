import { cancelled } from '@testio-mcp/domain';

/** Waits for a promise, but no longer than until the signal aborts: then it rejects with `cancelled`. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    // Nobody listens to it any more; without this a later failure would end the process.
    promise.catch(() => undefined);
    throw cancelled();
  }
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
