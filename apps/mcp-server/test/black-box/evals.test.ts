import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { startSandbox } from '@testio-mcp/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAccount } from './evals/account.ts';
import { FACTS, type Known } from './evals/facts.ts';
import { readScripts, runScript } from './evals/script.ts';
import { connect, fill, type Home, makeHome } from './filled-store.ts';

const NOW = '2026-03-17T00:00:00Z';
const SCRIPTS = readScripts();

let home: Home;
let client: Client;
let known: Known;

beforeAll(async () => {
  const sandbox = await startSandbox({ size: 'medium', seed: 7, now: NOW });
  try {
    const [largest] = sandbox.state().ids.products;
    sandbox.edit([{ op: 'change', kind: 'product', id: largest as number, set: { type: 'mobile_app_ios' } }]);
    home = makeHome(sandbox);
    home.env.TESTIO_NOW = NOW;
    await fill(home);
    const state = sandbox.state();
    // Tests that the API cannot deliver are in no answer: gone, they are in no fact either, and the pages can be read.
    sandbox.edit(
      state.poisoned.flatMap((id) => [
        { op: 'cure', id },
        { op: 'delete', kind: 'test', id },
      ]),
    );
    known = { account: await readAccount(sandbox), state, now: Date.parse(NOW) };
  } finally {
    await sandbox.close();
  }
  client = await connect(home.env);
}, 300_000);
afterAll(async () => {
  await client.close();
  home.remove();
});

test('there are twelve questions, each with a fact and at most three calls', () => {
  expect(SCRIPTS).toHaveLength(12);
  expect(SCRIPTS.map(([name]) => name)).toEqual(Object.keys(FACTS).sort());
  for (const [, { calls }] of SCRIPTS) {
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThanOrEqual(3);
  }
});

describe.each(SCRIPTS)('%s', (name, script) => {
  test(script.question, async () => {
    const { given = {}, answer } = FACTS[name]?.(known) ?? { answer: {} };
    expect(Object.keys(given)).toEqual(script.given ?? []);
    for (const fact of Object.values(answer)) expect(fact).toBeDefined();
    expect(await runScript(client, script, given)).toEqual(answer);
  });
});
