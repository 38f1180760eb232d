import { toTestioError } from '@testio-mcp/domain';
import { programVersion, type Runtime, type ServedCustomers } from '@testio-mcp/runtime';
import type { Handler } from 'hono';
import { html } from 'hono/html';
import { CUSTOMER } from '../several-customers.ts';
import { type Diagnostics, readDiagnostics } from './diagnostics.ts';
import { page } from './page.ts';

/** What is read of the answer of list_products. */
interface Products {
  readonly total: number;
  readonly products: readonly { id: number; title: string | null; test_count: number; bug_count: number | null }[];
}

const MOST_PRODUCTS = 200;

/** For people: is the data fresh, what is running, what failed, and what there is. Works without JavaScript. */
export function statusPage(runtime: Runtime): Handler {
  return async (c) => {
    c.header('Cache-Control', 'no-store');
    try {
      const { signal } = c.req.raw;
      const customer = c.req.query(CUSTOMER);
      const facts = await readDiagnostics(runtime, { signal, customer });
      const question = { per_page: MOST_PRODUCTS, ...(customer === undefined ? {} : { [CUSTOMER]: customer }) };
      const list = facts.as_of === null ? null : await runtime.call('list_products', question, { signal });
      const products = list?.output as unknown as Products | undefined;
      return c.html(page('Status', html`${choice(runtime.customers, customer)}${contents(facts, products)}`));
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

function contents({ as_of, completeness, store, sync }: Diagnostics, products: Products | undefined) {
  const last = sync.last_attempt;
  return html`<h1>testio-mcp ${programVersion()}</h1>
<p>${as_of === null ? html`<strong class="bad">Nothing was synced yet.</strong>` : html`The local copy is as of <strong><time datetime="${as_of}">${as_of}</time></strong>.`}
${completeness.complete ? html`<span class="good">It is complete.</span>` : html`<span class="bad">It is not complete.</span>`}</p>
<p>${sync.running !== null ? 'A sync is running.' : 'No sync is running.'} ${last === null ? '' : `The last one ended as ${last.status}${last.finished_at === null ? '' : ` at ${last.finished_at}`}.`}</p>
${
  completeness.missing.length === 0
    ? ''
    : html`<h2>What is missing</h2><ul>${completeness.missing.map(({ what, why }) => html`<li>${what.replaceAll('_', ' ')}: ${why}</li>`)}</ul>`
}
<h2>In the copy</h2>
<p>${Object.entries(store.counts)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name.replaceAll('_', ' ')}`)
    .join(', ')}.</p>
${
  products === undefined
    ? ''
    : html`<h2>Products</h2><div class="scrolls"><table>
<thead><tr><th scope="col">Product</th><th scope="col" class="number">Id</th><th scope="col" class="number">Tests</th><th scope="col" class="number">Bugs</th></tr></thead>
<tbody>${products.products.map(({ id, title, test_count, bug_count }) => html`<tr><th scope="row">${title ?? 'untitled'}</th><td class="number">${id}</td><td class="number">${test_count}</td><td class="number">${bug_count ?? 'unknown'}</td></tr>`)}</tbody>
</table></div>${products.total > products.products.length ? html`<p>… and ${products.total - products.products.length} more.</p>` : ''}`
}
<h2>For programs</h2>
<p>MCP (Streamable HTTP) at <code>/mcp</code>, REST at <code>/api/v1</code>: <a href="/docs">try it</a>.</p>`;
}
