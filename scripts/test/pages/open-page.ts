import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../../chromium.ts';
import { OUTPUT_FOLDER } from '../../run-vitest.ts';

/** Of pictures, in pixels. */
const TALLEST_PICTURE = 4_000;

export type ColorScheme = 'light' | 'dark';

/** A page that was opened, and what it did that it should not have done. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors on its console and exceptions of its scripts. */
  readonly errors: readonly string[];
  /** Everything that it asked for besides itself. */
  readonly requests: readonly string[];
}

/** Starts Chromium without any of the services that it looks up at start. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Opens a file as a person does who double-clicks it, without network; or an address, which may ask its own server. */
export async function openPage(
  browser: Browser,
  fileOrAddress: string,
  colorScheme: ColorScheme,
  width = 1280,
): Promise<OpenedPage> {
  const isServed = /^https?:/.test(fileOrAddress);
  const context = await browser.newContext({ colorScheme, offline: !isServed, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  const url = isServed ? fileOrAddress : pathToFileURL(fileOrAddress).href;
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(url, { waitUntil: 'load' });
  return { page, errors, requests };
}

/** What axe finds serious or critical, one line each. Evaluated, not added as a script: the page may forbid scripts. */
export async function accessibilityProblems(page: Pick<Page, 'evaluate'>): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Keeps a picture of the page from its top, long pages cut, beside the reports of the run. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  const { width = 0 } = page.viewportSize() ?? {};
  const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST_PICTURE) };
  await page.screenshot({ path: join(OUTPUT_FOLDER, 'pages', `${name}.png`), fullPage: true, clip });
}
