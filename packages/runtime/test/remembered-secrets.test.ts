import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeConfigFile, loadCustomers, redactRemembered } from '@testio-mcp/runtime';
import { expect, onTestFinished, test } from 'vitest';

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'testio-secrets-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

test('secrets are known as soon as a place that says them was read, whoever they are of', () => {
  const home = temporaryHome();
  // No other test may have said them before.
  const [common, acme, shell, password] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  mkdirSync(join(home, 'customers'));
  writeFileSync(
    join(home, 'config.env'),
    `TESTIO_CUSTOMER_API_TOKEN="${common}"\nHTTPS_PROXY=http://me:${password}%20word@127.0.0.1:9\n`,
  );
  writeFileSync(join(home, 'customers', 'acme.env'), `TESTIO_CUSTOMER_API_TOKEN=${acme}\n`);
  const customers = loadCustomers({ env: { TESTIO_HOME: home, TESTIO_HTTP_TOKEN: shell } });
  for (const secret of [common, shell, `${password}%20word`, `${password} word`])
    expect(redactRemembered(`broke at ${secret}`)).not.toContain(secret);
  customers.config('acme');
  expect(redactRemembered(`broke at ${acme}`)).not.toContain(acme);
});

test('secrets of a configuration with mistakes are known, too', () => {
  const home = temporaryHome();
  const token = `${randomUUID()} ${randomUUID()}`;
  writeFileSync(join(home, 'config.env'), `TESTIO_CUSTOMER_API_TOKEN=${token}\nLOG_LEVEL=loud\n`);
  const customers = loadCustomers({ env: { TESTIO_HOME: home } });
  expect(() => customers.config(customers.selected)).toThrow('LOG_LEVEL');
  expect(redactRemembered(`broke at ${token}`)).not.toContain(token);
});

test('a secret is known once it was written', async () => {
  const token = randomUUID();
  await changeConfigFile(join(temporaryHome(), 'config.env'), { token });
  expect(redactRemembered(`broke at ${token}`)).not.toContain(token);
});
