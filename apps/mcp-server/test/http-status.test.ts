import { ERROR_KINDS, TestioError } from '@testio-mcp/domain';
import type { Runtime } from '@testio-mcp/runtime';
import { expect, test } from 'vitest';
import { healthRoutes } from '../src/http/health.ts';
import { statusOf } from '../src/http/problem.ts';

function errorOf(kind: (typeof ERROR_KINDS)[number], upstreamStatus?: number): TestioError {
  return new TestioError({
    kind,
    code: 'some_code',
    message: 'Something.',
    ...(upstreamStatus ? { upstreamStatus } : {}),
  });
}

test('what the Customer API refuses us is never shown as if the caller had been refused', () => {
  expect(statusOf(errorOf('authentication', 401))).toBe(502);
  expect(statusOf(errorOf('permission', 403))).toBe(502);
  expect(statusOf(errorOf('permission'))).toBe(403);
  for (const kind of ERROR_KINDS) expect(statusOf(errorOf(kind))).not.toBe(401);
});

test('the caller is at fault where the input is, and nowhere else', () => {
  const faults = ERROR_KINDS.filter((kind) => statusOf(errorOf(kind)) < 500);
  expect(faults).toEqual(['permission', 'not_found', 'validation', 'ambiguous', 'busy']);
});

test('what is wrong with a store is told to everybody by its code, and to the log alone where it lies', async () => {
  const message = 'The store /srv/stores/acme.db is damaged.';
  const logged: unknown[] = [];
  const failing: Pick<Runtime, 'call'> = {
    call: async () => {
      throw new TestioError({ kind: 'storage', code: 'store_corrupt', message });
    },
  };
  const logger = { warn: (...line: unknown[]) => void logged.push(...line) };
  const ready = await healthRoutes({ ...failing, logger } as unknown as Runtime).request('/ready');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ status: 'failing', code: 'store_corrupt' });
  expect(logged).toContain(message);
});
