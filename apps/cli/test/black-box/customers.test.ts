import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, SLOW, temporaryHome } from './testio-mcp.ts';

const NAMES = ['acme', 'globex'] as const;

let sandboxes: Sandbox[];
let home: string;
beforeAll(async () => {
  home = temporaryHome(afterAll);
  mkdirSync(join(home, 'customers'));
  sandboxes = await Promise.all(
    NAMES.map((name, seed) => startSandbox({ size: 'small', seed, token: `token-of-${name}-0123456789` })),
  );
  for (const [index, name] of NAMES.entries()) {
    const { url = '', token = '' } = sandboxes[index] ?? {};
    const lines = `TESTIO_CUSTOMER_API_BASE_URL=${url}\nTESTIO_CUSTOMER_API_TOKEN=${token}\n`;
    writeFileSync(join(home, 'customers', `${name}.env`), lines);
  }
});
afterAll(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
});

const testio = (...args: string[]) => run(args, { TESTIO_HOME: home });

test('each customer has a store of its own, and answers say whose they are', SLOW, async () => {
  const nobody = await testio('status');
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('acme, globex')]);
  writeFileSync(join(home, 'config.env'), 'TESTIO_CUSTOMER_NAME=acme\n');
  // Some tests of the sandbox cannot be read.
  expect((await testio('sync', '--quiet')).code).toBe(3);
  expect((await testio('sync', '--quiet', '--customer', 'globex')).code).toBe(3);
  expect(readdirSync(join(home, 'stores')).filter((file) => file.endsWith('.db'))).toEqual(['acme.db', 'globex.db']);

  for (const [index, name] of NAMES.entries()) {
    const ids = sandboxes[index]?.state().ids.products.toSorted();
    const flag = await testio('call', 'list_products', '--json', '--customer', name);
    const answer = JSON.parse(flag.stdout) as { customer: string; products: { id: number }[] };
    expect([answer.customer, answer.products.map(({ id }) => id).toSorted()]).toEqual([name, ids]);
    const input = JSON.stringify({ customer: name });
    expect(JSON.parse((await testio('call', 'list_products', input, '--json')).stdout)).toMatchObject({
      customer: name,
    });
  }
  const table = await testio('products', 'list', '--customer', 'globex');
  expect([table.code, table.stderr]).toEqual([3, expect.stringContaining('Customer: globex.')]);
});

test('tools are listed as the server lists them: with customers, and without what is switched off', async () => {
  const listed = async (settings: Record<string, string>) => {
    const { stdout } = await run(['tools', '--json', '--customer', 'acme'], { TESTIO_HOME: home, ...settings });
    return (JSON.parse(stdout) as { tools: { name: string; inputSchema: Schema; outputSchema: Schema }[] }).tools;
  };
  for (const { inputSchema, outputSchema } of await listed({})) {
    expect(inputSchema.properties.customer).toMatchObject({ enum: NAMES });
    expect(outputSchema.properties).toHaveProperty('customer');
  }
  const some = await listed({ TESTIO_SERVED_CUSTOMERS: 'acme', ENABLED_TOOLS: 'list_tests' });
  expect(some.map(({ name }) => name)).toEqual(['list_tests']);
  expect(some[0]?.inputSchema.properties).not.toHaveProperty('customer');
});

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
}
