import { randomUUID } from 'node:crypto';
import { redactRemembered } from '@testio-mcp/runtime';
import { expect, test } from 'vitest';
import { readAs } from '../src/setup/account.ts';

test('a token is kept out of errors as soon as it was typed', () => {
  const token = randomUUID();
  expect(redactRemembered(`broke at ${token}`)).toContain(token);
  expect(readAs('token', ` "${token}"\r\n`)?.reveal()).toBe(token);
  expect(redactRemembered(`broke at ${token}`)).not.toContain(token);
});
