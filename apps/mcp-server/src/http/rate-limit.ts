import { getConnInfo } from '@hono/node-server/conninfo';
import { TestioError } from '@testio-mcp/domain';
import type { MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { problem } from './problem.ts';

const SECONDS = 60;

/** Lets each client send so many requests a minute. A client is an address: who guesses tokens counts, too. */
export function rateLimit(perMinute: number): MiddlewareHandler {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: SECONDS });
  return async (c, next) => {
    try {
      await limiter.consume(getConnInfo(c).remote.address ?? 'unknown');
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const error = new TestioError({
        kind: 'busy',
        code: 'too_many_requests',
        message: `This client has sent more than ${perMinute} requests in a minute.`,
        next: 'Wait for as long as Retry-After says; TESTIO_HTTP_REQUESTS_PER_MINUTE sets the limit.',
        retryAfterMs: refusal.msBeforeNext,
        retryable: true,
      });
      return problem(c, error, 429);
    }
    return next();
  };
}
