import { ERROR_KINDS, TestioError } from '@testio-mcp/domain';
import { expect, test } from 'vitest';
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
