import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityProblems, type ColorScheme, keepPicture, openPage, startBrowser } from './open-page.ts';

interface DemoAnswer {
  readonly report_path: string;
  readonly tests: number;
  readonly bugs: number;
}

let home: string;
let browser: Browser;
let demo: DemoAnswer;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'demo-report-'));
  const env = { ...process.env, TESTIO_HOME: home };
  const { stdout } = await promisify(execFile)('testio-mcp', ['demo', '--json'], { cwd: home, env });
  demo = JSON.parse(stdout);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(home, { recursive: true, force: true });
});

describe('the report of the demo', () => {
  test.for(['light', 'dark'] as const)(
    'opens in %s mode, asks for nothing and can be read by everyone',
    async (scheme) => {
      const { page, errors, requests } = await openPage(browser, demo.report_path, scheme);
      await keepPicture(page, `demo-report-${scheme}`);
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(errors).toEqual([]);
      expect(requests).toEqual([]);
    },
  );

  test('is dark in dark mode', async () => {
    const luminance = { light: await backgroundLuminance('light'), dark: await backgroundLuminance('dark') };
    expect(luminance.light).toBeGreaterThan(0.8);
    expect(luminance.dark).toBeLessThan(0.2);
  });

  test('shows the numbers that the demo counted', async () => {
    const { page } = await openPage(browser, demo.report_path, 'light');
    const digits = ((await page.textContent('body')) ?? '').replace(/(?<=\d)[,.\s](?=\d{3})/g, '');
    expect(digits).toContain(String(demo.tests));
    expect(digits).toContain(String(demo.bugs));
  });

  test('fits a phone without scrolling sideways', async () => {
    const { page } = await openPage(browser, demo.report_path, 'light', 375);
    await keepPicture(page, 'demo-report-phone');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  });
});

/** How light the page's background is, from 0 (black) to 1 (white). */
async function backgroundLuminance(scheme: ColorScheme): Promise<number> {
  const { page } = await openPage(browser, demo.report_path, scheme);
  const color = await page.evaluate<string>(
    `[document.body, document.documentElement].map((e) => getComputedStyle(e).backgroundColor).find((c) => !c.endsWith(', 0)'))`,
  );
  const [red = 0, green = 0, blue = 0] = color.match(/[\d.]+/g)?.map(Number) ?? [];
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
