import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serveDemo } from '../../served.ts';
import { accessibilityProblems, keepPicture, openPage, startBrowser } from './open-page.ts';

let server: Served;
let address: string;
let browser: Browser;

beforeAll(async () => {
  server = await serveDemo();
  address = server.address;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

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
