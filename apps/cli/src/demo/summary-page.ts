import { BUG_STATUSES, type BugStatus, TEST_STATUSES } from '@testio-mcp/domain';
import type { AccountSummary, ProductSummary } from './account-summary.ts';
import { type Html, html } from './html.ts';
import { PAGE_STYLE } from './summary-page-style.ts';

const BUG_STATUS_NAMES: Record<BugStatus, string> = {
  open: 'Open',
  accepted: 'Accepted',
  auto_accepted: 'Auto-accepted',
  rejected: 'Rejected',
  other: 'Other',
};

const BUG_STATUS_MEANINGS: Record<BugStatus, string> = {
  open: 'waiting for your decision',
  accepted: 'accepted by your team',
  auto_accepted: 'accepted by the system after ten days without a decision',
  rejected: 'rejected by your team',
  other: 'a status this version does not know',
};

/** One self-contained page: no script, nothing loaded, light and dark, every text escaped. */
export function summaryPage(account: AccountSummary): string {
  const bugs = addUp(account.products.map((product) => product.bugsByStatus));
  const tests = addUp(account.products.map((product) => product.testsByStatus));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Products, tests and bugs</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Products, tests and bugs</h1>
<p>Seeded example data of testio-mcp. Data as of ${timeOf(account.asOf)}. ${completenessLine(account)}</p>
</header>
${tiles(account, tests, bugs)}
${bugSection(account.products, bugs)}
${testSection(account.products, tests)}
${missingSection(account)}
<footer><p>Every number on this page is an answer of testio-mcp and can be asked for again.</p></footer>
</main>
</body>
</html>
`.markup;
}

function tiles(account: AccountSummary, tests: Counts, bugs: Counts): Html {
  const facts: [string, number][] = [
    ['Products', account.products.length],
    ['Tests', total(tests)],
    ['running now', tests.running ?? 0],
    ['Bugs', total(bugs)],
    ['waiting for your decision', bugs.open ?? 0],
    ['People', account.people],
  ];
  return html`<dl class="tiles">${facts.map(([name, value]) => html`<div><dd>${number(value)}</dd><dt>${name}</dt></div>`)}</dl>`;
}

function bugSection(products: readonly ProductSummary[], bugs: Counts): Html {
  const shown = BUG_STATUSES.filter((status) => status !== 'other' || (bugs.other ?? 0) > 0);
  return html`<section>
<h2>Bugs by status</h2>
${stackedBar(bugs, 'All products')}
<ul class="legend">${shown.map(
    (status) =>
      html`<li><i class="${status}"></i><b>${BUG_STATUS_NAMES[status]}</b> ${number(bugs[status] ?? 0)} (${percent(bugs[status] ?? 0, total(bugs))}): ${BUG_STATUS_MEANINGS[status]}</li>`,
  )}</ul>
<div class="scroll"><table>
<thead><tr><th scope="col">Product</th><th scope="col" class="bar">Share of bugs by status</th>${shown.map(
    (status) => html`<th scope="col" class="n">${BUG_STATUS_NAMES[status]}</th>`,
  )}<th scope="col" class="n">All</th></tr></thead>
<tbody>${products.map(
    (product) =>
      html`<tr><th scope="row">${product.title} <small>${product.id}</small></th><td class="bar">${stackedBar(product.bugsByStatus, product.title)}</td>${shown.map(
        (status) => html`<td class="n">${number(product.bugsByStatus[status])}</td>`,
      )}<td class="n"><b>${number(product.bugs)}</b></td></tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">All products</th><td class="bar"></td>${shown.map(
    (status) => html`<td class="n">${number(bugs[status] ?? 0)}</td>`,
  )}<td class="n"><b>${number(total(bugs))}</b></td></tr></tfoot>
</table></div>
</section>`;
}

function testSection(products: readonly ProductSummary[], tests: Counts): Html {
  const shown = [...TEST_STATUSES, 'other'].filter((status) => (tests[status] ?? 0) > 0);
  const longest = Math.max(...shown.map((status) => tests[status] ?? 0), 1);
  return html`<section>
<h2>Tests by status</h2>
<table class="bars"><tbody>${shown.map(
    (status) =>
      html`<tr><th scope="row">${words(status)}</th><td class="bar"><span class="single" style="width:${share(tests[status] ?? 0, longest)}%"></span></td><td class="n">${number(tests[status] ?? 0)}</td></tr>`,
  )}</tbody></table>
<div class="scroll"><table>
<thead><tr><th scope="col">Product</th>${shown.map((status) => html`<th scope="col" class="n">${words(status)}</th>`)}<th scope="col" class="n">All</th></tr></thead>
<tbody>${products.map(
    (product) =>
      html`<tr><th scope="row">${product.title} <small>${product.id}</small></th>${shown.map(
        (status) => html`<td class="n">${number(product.testsByStatus[status] ?? 0)}</td>`,
      )}<td class="n"><b>${number(product.tests)}</b></td></tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">All products</th>${shown.map(
    (status) => html`<td class="n">${number(tests[status] ?? 0)}</td>`,
  )}<td class="n"><b>${number(total(tests))}</b></td></tr></tfoot>
</table></div>
</section>`;
}

function missingSection(account: AccountSummary): Html {
  if (account.missing.length === 0) return html``;
  return html`<section>
<h2>What could not be read</h2>
<ul>${account.missing.map((item) => html`<li>${missingText(item)}</li>`)}</ul>
</section>`;
}

function stackedBar(counts: Counts, label: string): Html {
  const all = total(counts);
  const parts = BUG_STATUSES.filter((status) => (counts[status] ?? 0) > 0);
  const text = parts.map((status) => `${BUG_STATUS_NAMES[status]} ${counts[status] ?? 0}`).join(', ') || 'no bugs';
  return html`<div class="stack" role="img" aria-label="${`${label}: ${text}`}">${parts.map(
    (status) => html`<span class="${status}" style="width:${share(counts[status] ?? 0, all)}%"></span>`,
  )}</div>`;
}

type Counts = Readonly<Record<string, number>>;

function addUp(counts: readonly Counts[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [key, value] of counts.flatMap((each) => Object.entries(each))) sums[key] = (sums[key] ?? 0) + value;
  return sums;
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

const numberFormat = new Intl.NumberFormat('en');

function number(value: number): string {
  return numberFormat.format(value);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '0' : ((part / whole) * 100).toFixed(2);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'no bugs' : `${Math.round((part / whole) * 100)} %`;
}

function words(status: string): string {
  return status.replaceAll('_', ' ');
}

function timeOf(instant: string | null): Html {
  return instant === null
    ? html`an unknown time`
    : html`<time datetime="${instant}">${instant.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function completenessLine(account: AccountSummary): string {
  return account.complete ? 'Nothing is missing.' : 'Not everything could be read: see the end of this page.';
}

function missingText(item: AccountSummary['missing'][number]): string {
  const count = item.count === null ? '' : `${number(item.count)} `;
  return `${count}${words(item.what)}: ${item.why}`;
}
