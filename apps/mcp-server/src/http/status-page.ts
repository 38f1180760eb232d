import { type HealthState, JUDGED_RATE_NAMES, JUDGED_RATES, type JudgedRate, toTestioError } from '@testio-mcp/domain';
import type { Operation } from '@testio-mcp/insights';
import { type Config, programVersion, type Runtime, type ServedCustomers, thresholdsOf } from '@testio-mcp/runtime';
import type { Handler } from 'hono';
import { html } from 'hono/html';
import { CUSTOMER } from '../several-customers.ts';
import type { Diagnostics } from './diagnostics.ts';
import { page } from './page.ts';
import { REST_ROOT } from './rest.ts';
import { JUDGED_PERIOD, type ProductFacts, readStatus, type StatusFacts } from './status-facts.ts';

const MOST_REPORTS = 50;

const RATE_TITLES: Readonly<Record<JudgedRate, string>> = {
  rejection_rate: 'Rejected',
  auto_acceptance_rate: 'Accepted by the system',
  review_rate: 'Reviewed',
};

const STATE_CLASSES: Readonly<Record<HealthState, string>> = {
  healthy: 'good',
  warning: 'warn',
  critical: 'bad',
  unknown: '',
};

/** For people: is the data fresh, what is running, what failed, and how the products do. Works without JavaScript. */
export function statusPage(runtime: Runtime, offered: readonly Operation[]): Handler {
  return async (c) => {
    c.header('Cache-Control', 'no-store');
    try {
      const customer = c.req.query(CUSTOMER);
      const facts = await readStatus(runtime, offered, { customer, signal: c.req.raw.signal });
      const { config } = await runtime.customers.runtimeOf(customer);
      const whose = customer === undefined ? '' : `?${CUSTOMER}=${encodeURIComponent(customer)}`;
      return c.html(page('Status', html`${choice(runtime.customers, customer)}${contents(facts, config, whose)}`));
    } catch (thrown) {
      const { message, next } = toTestioError(thrown).report();
      return c.html(
        page('Status', html`<h1>testio-mcp</h1><p class="bad" role="alert">${message} ${next ?? ''}</p>`),
        503,
      );
    }
  };
}

/** Whose status is shown, with ways to the others. Nothing where there is one customer. */
function choice({ names, selected }: ServedCustomers, shown: string = selected) {
  if (names.length === 1) return '';
  return html`<nav aria-label="Customers"><ul>${names.map((name) =>
    name === shown
      ? html`<li aria-current="page"><strong>${name}</strong></li>`
      : html`<li><a href="/?${CUSTOMER}=${encodeURIComponent(name)}">${name}</a></li>`,
  )}</ul></nav>`;
}

/** @param whose the query that keeps links with the customer */
function contents({ diagnostics, products, failures, reports }: StatusFacts, config: Config, whose: string) {
  return html`<h1>testio-mcp ${programVersion()}</h1>
${freshness(diagnostics)}
${products === null ? '' : productTable(products, config, whose)}
${troubles(diagnostics, failures)}
${reports.length === 0 ? '' : reportList(reports, whose)}
<h2>In the copy</h2>
<p>${Object.entries(diagnostics.store.counts)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name.replaceAll('_', ' ')}`)
    .join(', ')}.</p>
<h2>For programs</h2>
<p>MCP (Streamable HTTP) at <code>/mcp</code>, REST at <code>${REST_ROOT}</code>: <a href="/docs">try it</a>.</p>`;
}

function freshness({ as_of, completeness, sync }: Diagnostics) {
  const last = sync.last_attempt;
  return html`<p>${as_of === null ? html`<strong class="bad">Nothing was synced yet.</strong>` : html`The local copy is as of <strong><time datetime="${as_of}">${as_of}</time></strong>.`}
${completeness.complete ? html`<span class="good">It is complete.</span>` : html`<span class="bad">It is not complete.</span>`}</p>
<p>${sync.running !== null ? 'A sync is running.' : 'No sync is running.'} ${last === null ? '' : `The last one ended as ${last.status}${last.finished_at === null ? '' : ` at ${last.finished_at}`}.`}
${last?.error ? html`<span class="bad">${last.error.message}</span>` : ''}</p>`;
}

function productTable({ total, shown }: NonNullable<StatusFacts['products']>, config: Config, whose: string) {
  return html`<h2>Products</h2>
<p id="judged">Judged by the bugs of tests that ended in the ${JUDGED_PERIOD}. ${bounds(config)} Products may have bounds of their own.</p>
<div class="scrolls" role="region" aria-label="Products" tabindex="0"><table aria-describedby="judged">
<thead><tr><th scope="col">Product</th><th scope="col">State</th>${JUDGED_RATE_NAMES.map((name) => html`<th scope="col" class="number">${RATE_TITLES[name]}</th>`)}<th scope="col" class="number">Tests</th><th scope="col" class="number">Bugs</th></tr></thead>
<tbody>${shown.map((product) => productRow(product, whose))}</tbody>
</table></div>${total > shown.length ? html`<p>… and ${total - shown.length} more.</p>` : ''}`;
}

function productRow({ id, title, tests, bugs, judged }: ProductFacts, whose: string) {
  const state = judged?.state ?? 'unknown';
  const rates = JUDGED_RATE_NAMES.map((name) => judged?.rates[name]);
  return html`<tr><th scope="row"><a href="${REST_ROOT}/products/${id}/summary${whose}">${title ?? 'untitled'}</a></th>
<td class="${STATE_CLASSES[state]}">${state}</td>
${rates.map((rate) => html`<td class="number ${STATE_CLASSES[rate?.state ?? 'unknown']}">${share(rate?.value ?? null)}</td>`)}
<td class="number">${tests ?? 'unknown'}</td><td class="number">${bugs ?? 'unknown'}</td></tr>`;
}

/** From where on a share is a warning, and from where on it is critical. */
function bounds(config: Config): string {
  const thresholds = thresholdsOf(config);
  const texts = JUDGED_RATE_NAMES.map((name) => {
    const side = JUDGED_RATES[name] === 'above' ? 'from' : 'down from';
    const { warning, critical } = thresholds[name];
    return `${RATE_TITLES[name]}: a warning ${side} ${share(warning)}, critical ${side} ${share(critical)}.`;
  });
  return texts.join(' ');
}

function share(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(0)} %`;
}

/** What is missing in the copy, and what could not be read. */
function troubles({ completeness }: Diagnostics, failures: StatusFacts['failures']) {
  const { missing } = completeness;
  const isRead = failures === null || failures.total === 0;
  if (missing.length === 0 && isRead) return '';
  return html`<h2>What is missing</h2>
<ul>${missing.map(({ what, why }) => html`<li>${what.replaceAll('_', ' ')}: ${why}</li>`)}</ul>
${
  isRead
    ? ''
    : html`<h3>What could not be read</h3><ul>${failures.shown.map(
        ({ kind, product, reason, first_seen_at }) =>
          html`<li>${kind.replaceAll('_', ' ')}${product === undefined ? '' : ` of ${product.title ?? 'an untitled product'}`}: ${reason} Since <time datetime="${first_seen_at}">${first_seen_at}</time>.</li>`,
      )}</ul>${failures.total > failures.shown.length ? html`<p>… and ${failures.total - failures.shown.length} more.</p>` : ''}`
}`;
}

function reportList(reports: readonly string[], whose: string) {
  const shown = reports.slice(0, MOST_REPORTS);
  return html`<h2>Reports</h2><ul>${shown.map(
    (id) => html`<li><a href="${REST_ROOT}/reports/${encodeURIComponent(id)}${whose}">${id}</a></li>`,
  )}</ul>${reports.length > shown.length ? html`<p>… and ${reports.length - shown.length} more.</p>` : ''}`;
}
