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
  rejected: 'rejected, by your team or by the system',
  other: 'a status this version does not know',
};

/** One self-contained page: no script, nothing loaded, light and dark, every text escaped. */
export function summaryPage(account: AccountSummary): string {
  const bugs = addUp(account.products.map((product) => product.bugs));
  const tests = addUp(account.products.map((product) => product.tests));
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
    ['Products', account.counts.products],
    ['Tests', account.counts.tests],
    ['running now', tests.running ?? 0],
    ['Bugs', account.counts.bugs],
    ['waiting for your decision', bugs.open ?? 0],
    ['People', account.counts.people],
  ];
  return html`<dl class="tiles">${facts.map(([name, value]) => html`<div><dd>${number(value)}</dd><dt>${name}</dt></div>`)}</dl>`;
}

function bugSection(products: readonly ProductSummary[], bugs: Counts): Html {
  const shown = BUG_STATUSES.filter((status) => status !== 'other' || (bugs.other ?? 0) > 0);
  const rows = products.map(({ id, title, bugs: own }) => ({ id, title, counts: own }));
  return html`<section>
<h2>Bugs by status</h2>
${stackedBar(bugs, 'All products')}
<ul class="legend">${shown.map(
    (status) =>
      html`<li><i class="${status}"></i><b>${BUG_STATUS_NAMES[status]}</b> ${number(bugs[status] ?? 0)} (${percent(bugs[status] ?? 0, total(bugs))}): ${BUG_STATUS_MEANINGS[status]}</li>`,
  )}</ul>
${countTable({ rows, statuses: shown, name: (status) => BUG_STATUS_NAMES[status], bar: 'Share of bugs by status' })}
</section>`;
}

function testSection(products: readonly ProductSummary[], tests: Counts): Html {
  const shown = [...TEST_STATUSES, 'other'].filter((status) => (tests[status] ?? 0) > 0);
  const longest = Math.max(...shown.map((status) => tests[status] ?? 0), 1);
  const rows = products.map(({ id, title, tests: own }) => ({ id, title, counts: own }));
  return html`<section>
<h2>Tests by status</h2>
<table class="bars"><tbody>${shown.map(
    (status) =>
      html`<tr><th scope="row">${words(status)}</th><td class="bar"><span class="single" style="width:${share(tests[status] ?? 0, longest)}%"></span></td><td class="n">${number(tests[status] ?? 0)}</td></tr>`,
  )}</tbody></table>
${countTable({ rows, statuses: shown, name: words })}
</section>`;
}

interface CountTable<Status extends string> {
  readonly rows: readonly { readonly id: number; readonly title: string; readonly counts: Counts | null }[];
  readonly statuses: readonly Status[];
  name(status: Status): string;
  /** Heading of a column with a bar per product, if there is to be one. */
  readonly bar?: string;
}

/** A row per product, a column per status, and the sums below. What was never read is unknown, not 0. */
function countTable<Status extends string>({ rows, statuses, name, bar }: CountTable<Status>): Html {
  const sums = addUp(rows.map(({ counts }) => counts));
  const cells = (counts: Counts) =>
    html`${statuses.map(
      (status) => html`<td class="n">${number(counts[status] ?? 0)}</td>`,
    )}<td class="n"><b>${number(total(counts))}</b></td>`;
  const barCell = (content: Html) => (bar === undefined ? html`` : html`<td class="bar">${content}</td>`);
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Product</th>${bar === undefined ? html`` : html`<th scope="col" class="bar">${bar}</th>`}${statuses.map(
    (status) => html`<th scope="col" class="n">${name(status)}</th>`,
  )}<th scope="col" class="n">All</th></tr></thead>
<tbody>${rows.map(
    ({ id, title, counts }) =>
      html`<tr><th scope="row">${title} <small>${id}</small></th>${
        counts === null
          ? html`${barCell(html``)}<td class="n" colspan="${statuses.length + 1}">unknown: never read</td>`
          : html`${barCell(stackedBar(counts, title))}${cells(counts)}`
      }</tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">All products${rows.some(({ counts }) => counts === null) ? ' that were read' : ''}</th>${barCell(html``)}${cells(sums)}</tr></tfoot>
</table></div>`;
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

function addUp(counts: readonly (Counts | null)[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [key, value] of counts.flatMap((each) => Object.entries(each ?? {}))) sums[key] = (sums[key] ?? 0) + value;
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
