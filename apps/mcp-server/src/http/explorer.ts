import { type Operation, publishedTool } from '@testio-mcp/insights';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { page } from './page.ts';
import { httpError, problem } from './problem.ts';
import { REST_ROOT } from './rest.ts';
import { SYNC_PATH } from './sync-status.ts';

/** What is read of the schema of a parameter. */
interface Parameter {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Parameter;
  readonly default?: unknown;
  readonly description?: string;
}

/** `/docs`: every question with a form to try it, from this server alone and without JavaScript. */
export function explorer(offered: readonly Operation[]): Hono {
  const app = new Hono();
  const overview = page(
    'REST',
    html`<h1>REST</h1>
<p>The questions of the MCP tools under <code>${REST_ROOT}</code>, described for programs by <a href="/openapi.json">/openapi.json</a>.
A list in a field is separated by commas; a title serves wherever an id is asked for. Empty fields are left out.</p>
<nav aria-label="Questions"><ul>${offered.map(({ name, title }) => html`<li><a href="#${name}">${title}</a> <code>${name}</code></li>`)}</ul></nav>
${offered.map(section)}
<section aria-labelledby="files"><h2 id="files">Besides</h2>
<p><code>GET ${REST_ROOT}${SYNC_PATH}</code>: <a href="${REST_ROOT}${SYNC_PATH}">who syncs now</a> and how the last syncs ended.</p>
<p><code>GET ${REST_ROOT}/reports/{id}</code>: a report that was written, as a file.</p></section>`,
  );
  app.get('/', (c) => c.html(overview));
  app.get('/try/:name', (c) => {
    const operation = offered.find(({ name, effects }) => name === c.req.param('name') && effects.readOnly);
    if (operation === undefined) {
      const next = 'See /docs for the questions that can be tried.';
      return problem(c, httpError('route_not_found', 'There is no such question to try.', next), 404);
    }
    return c.redirect(addressOf(operation, new URL(c.req.url).searchParams), 303);
  });
  return app;
}

/** Where the answer to a filled form is. */
function addressOf({ rest }: Operation, fields: URLSearchParams): string {
  const path = rest.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = fields.get(name)?.trim() ?? '';
    fields.delete(name);
    return encodeURIComponent(value === '' ? '?' : value);
  });
  const given = [...fields].filter(([, value]) => value.trim() !== '');
  return `${REST_ROOT}${path}${given.length === 0 ? '' : `?${new URLSearchParams(given)}`}`;
}

function section(operation: Operation) {
  const { name, title, description, inputSchema, annotations } = publishedTool(operation);
  const required = new Set(inputSchema.required ?? []);
  const method = annotations.readOnlyHint ? 'GET' : 'POST';
  return html`<section aria-labelledby="${name}">
<h2 id="${name}">${title}</h2>
<p>${description}</p>
<p><code>${method} ${REST_ROOT}${operation.rest.path}</code></p>
${
  annotations.readOnlyHint
    ? html`<form method="get" action="/docs/try/${name}">${Object.entries(inputSchema.properties).map(
        ([field, schema]) => input(`${name}.${field}`, field, schema as Parameter, required.has(field)),
      )}<p><button type="submit">Ask</button></p></form>`
    : html`<p>It writes, so it is asked by POST with a JSON object. With the header <code>Accept: text/event-stream</code> the answer
is a stream of events: <code>progress</code> now and then, at the end <code>result</code> or <code>problem</code>.</p>`
}
</section>`;
}

function input(id: string, field: string, schema: Parameter, isRequired: boolean) {
  const { description, default: initial } = schema;
  const hint = [description, initial === undefined ? undefined : `Unless given: ${JSON.stringify(initial)}.`]
    .filter((part) => part !== undefined)
    .join(' ');
  const required = isRequired ? html`required` : '';
  const control =
    schema.enum === undefined
      ? html`<input id="${id}" name="${field}" ${required}>`
      : html`<select id="${id}" name="${field}" ${required}><option value=""></option>${schema.enum.map((value) => html`<option>${String(value)}</option>`)}</select>`;
  const values = schema.items?.enum?.join(', ');
  return html`<p><label for="${id}"><code>${field}</code></label> ${control}
${hint === '' ? '' : html`<small>${hint}</small>`} ${values === undefined ? '' : html`<small>Of: ${values}.</small>`}</p>`;
}
