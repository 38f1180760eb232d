import { expect, test } from 'vitest';
import type { AccountSummary } from '../src/demo/account-summary.ts';
import { summaryPage } from '../src/demo/summary-page.ts';

const ACCOUNT: AccountSummary = {
  products: [
    {
      id: 7,
      title: 'Shop <script>alert("x")</script> & Söhne',
      tests: { running: 2, archived: 9, other: 1 },
      bugs: { open: 4, accepted: 10, auto_accepted: 1, rejected: 5, other: 0 },
    },
    {
      id: 8,
      title: 'App',
      tests: { archived: 1300 },
      bugs: { open: 0, accepted: 0, auto_accepted: 0, rejected: 0, other: 0 },
    },
  ],
  counts: { products: 2, tests: 1312, bugs: 20, people: 9 },
  asOf: '2026-07-01T06:30:00.000Z',
  complete: false,
  missing: [{ what: 'tests', count: 3, why: 'The API <could> not deliver them.' }],
};

/** What a reader sees: text without markup. */
function visible(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

test('texts of testers and customers cannot become markup', () => {
  const page = summaryPage(ACCOUNT);
  expect(page).toContain('Shop &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; Söhne');
  expect(page).toContain('The API &lt;could&gt; not deliver them.');
  expect(page).not.toContain('<script');
});

test('the page loads nothing', () => {
  const page = summaryPage(ACCOUNT);
  expect(page).not.toMatch(/\b(src|href)=|url\(|@import|https?:/);
});

test('it says as of when the numbers hold and what is missing', () => {
  const text = visible(summaryPage(ACCOUNT));
  expect(text).toContain('2026-07-01 06:30 UTC');
  expect(text).toContain('Not everything could be read');
  expect(text).toContain('3 tests: The API');
  const complete = visible(summaryPage({ ...ACCOUNT, complete: true, missing: [] }));
  expect(complete).toContain('Nothing is missing.');
  expect(complete).not.toContain('What could not be read');
});

test('rows add up to the totals', () => {
  const text = visible(summaryPage(ACCOUNT));
  expect(text).toContain('1,312 Tests');
  expect(text).toContain('20 Bugs');
  expect(text).toContain('All products 4 10 1 5 20');
  expect(text).toContain('All products 2 1,309 1 1,312');
});

test('nothing to divide by is no bugs, not 0 %', () => {
  const [, app] = ACCOUNT.products;
  const page = summaryPage({ ...ACCOUNT, products: app === undefined ? [] : [app] });
  expect(visible(page)).toContain('Open 0 (no bugs)');
  expect(page).toContain('aria-label="App: no bugs"');
  expect(page).not.toContain('NaN');
});

test('what was never read is unknown, not 0, and left out of the sums by name', () => {
  const text = visible(
    summaryPage({ ...ACCOUNT, products: [...ACCOUNT.products, { id: 9, title: 'New', tests: null, bugs: null }] }),
  );
  expect(text.match(/New 9 unknown: never read/g)).toHaveLength(2);
  expect(text).toContain('All products that were read 4 10 1 5 20');
});
