import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@testio-mcp/runtime';
import { expect, test } from 'vitest';
import { fail } from '../src/failure.ts';
import type { Output } from '../src/output.ts';
import { temporaryHome } from './black-box/testio-mcp.ts';

test('the cause of a fault holds no secret of a configuration file', () => {
  const home = temporaryHome();
  mkdirSync(join(home, 'customers'));
  writeFileSync(join(home, 'config.env'), 'TESTIO_CUSTOMER_API_TOKEN=token-of-the-common-file\n');
  writeFileSync(join(home, 'customers', 'acme.env'), 'TESTIO_CUSTOMER_API_TOKEN=token-of-acme\n');
  loadConfig({ env: { TESTIO_HOME: home }, flags: { customerName: 'acme' } });
  const complaints: string[] = [];
  const output: Output = {
    json: false,
    quiet: false,
    print: () => undefined,
    printJson: () => undefined,
    note: () => undefined,
    complain: (text) => void complaints.push(text),
  };
  const headers = { authorization: 'token-of-acme', before: ['token-of-the-common-file'] };
  expect(fail(output, Object.assign(new Error('broke at token-of-acme'), { headers }))).toBe(1);
  const text = complaints.join('\n');
  expect(text).toContain('broke at [redacted]');
  expect(text).not.toMatch(/token-of/);
});
