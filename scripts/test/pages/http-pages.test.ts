import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, keepPicture, openPage, startBrowser } from './open-page.ts';

let home: string;
let server: ChildProcess;
let address: string;
let browser: Browser;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'http-pages-'));
  const env = { ...process.env, TESTIO_HOME: home };
  const args = ['serve', '--demo', '--transport', 'http', '--port', '0'];
  server = spawn('testio-mcp', args, { cwd: home, env, stdio: ['ignore', 'ignore', 'pipe'] });
  address = await addressOf(server);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (server.exitCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
  rmSync(home, { recursive: true, force: true });
});

async function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('The server has no stderr.');
  const said: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    said.push(line);
    const [, found] = /serves (http\S+)/.exec(line) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error(`The server ended before it served: ${said.join('\n')}`);
}

describe.for([
  ['status', '/'],
  ['docs', '/docs'],
] as const)('the %s page', ([name, path]) => {
  test.for(['light', 'dark'] as const)('in %s mode asks nobody else and can be read by everyone', async (scheme) => {
    const { page, errors, requests } = await openPage(browser, `${address}${path}`, scheme);
    await keepPicture(page, `http-${name}-${scheme}`);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(`${address}/`) && !url.startsWith('data:'))).toEqual([]);
  });

  test('fits a phone without scrolling sideways', async () => {
    const { page } = await openPage(browser, `${address}${path}`, 'light', 375);
    await keepPicture(page, `http-${name}-phone`);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  });
});

test('a form on the docs page leads to the answer of its question', async () => {
  const { page } = await openPage(browser, `${address}/docs`, 'light');
  await page.fill('[id="list_products.per_page"]', '1');
  await page.click('form[action="/docs/try/list_products"] button');
  await page.waitForURL(/\/api\/v1\/products\?/);
  expect(JSON.parse((await page.textContent('body')) ?? '')).toMatchObject({ returned: 1 });
});
