import { TestioError } from '@testio-mcp/domain';

/**
 * Where the trouble behind an error is, and so what is worth doing next:
 * - `data`: the server cannot deliver some record of the answer. A smaller question may leave it out (customer-api 10.1).
 * - `outage`: nothing to do with the question. Smaller questions would only multiply the requests.
 * - `scope`: this product or test is not there, not allowed or asked for wrongly. Others may be fine.
 * - `run`: nothing else will work either: the token, the store, or somebody ended the work.
 */
export type Trouble = 'data' | 'outage' | 'scope' | 'run';

/** Tells where the trouble is. By kind, code and status, never by the text of a message. */
export function troubleOf(error: TestioError): Trouble {
  switch (error.kind) {
    case 'authentication':
    case 'configuration':
    case 'storage':
    case 'busy':
    case 'cancelled':
      return 'run';
    case 'network':
    case 'rate_limit':
      return 'outage';
    case 'upstream':
      return upstreamTrouble(error);
    case 'permission':
    case 'not_found':
    case 'validation':
    case 'ambiguous':
    case 'internal':
      return 'scope';
  }
}

function upstreamTrouble(error: TestioError): Trouble {
  if (error.code === 'api_unreadable_answer') return 'data';
  const status = error.facts.upstreamStatus ?? 0;
  if (status === 500) return 'data';
  return status > 500 ? 'outage' : 'scope';
}

/** Whether the API says that it has no such thing for this account. */
export function isGone(error: TestioError): boolean {
  return error.kind === 'not_found' || error.kind === 'permission';
}

/** Sends a question with so many attempts; with the client's own number when undefined. */
export type Ask<T> = (attempts: number | undefined) => Promise<T>;

/**
 * Asks a question that may fail because of its data. Such a failure comes back the same however often it is asked, so it is
 * reported after few attempts; an outage gets the client's full patience.
 *
 * @param attempts how often to try in all when the data seem to be at fault, from 1
 */
export async function askForData<T>(attempts: number, ask: Ask<T>): Promise<T> {
  try {
    return await ask(attempts);
  } catch (error) {
    if (error instanceof TestioError && troubleOf(error) === 'outage') return ask(undefined);
    throw error;
  }
}
