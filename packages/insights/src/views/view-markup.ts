import type { Operation } from '../operation.ts';
import { html } from '../report/html.ts';

/** Where the result of a tool call carries its view. Models do not read it. */
export const VIEW_META_KEY = 'testio/view';

/** The markup of an answer's view, every text escaped; null for operations that have none. */
export async function viewMarkup(operation: Operation, output: Record<string, unknown>): Promise<string | null> {
  const view = operation.view?.(output as Parameters<typeof operation.render>[0]);
  if (view === undefined) return null;
  const { drawn, section, tiles } = await import('../report/page-parts.ts');
  const { title, said, tiles: facts, charts, tables } = view;
  return html`<header><h1>${title}</h1>${said.map((sentence) => html`<p>${sentence}</p>`)}</header>
${facts.length === 0 ? html`` : tiles(facts)}
${await Promise.all(charts.map(drawn))}
${tables.filter(({ rows }) => rows.length > 0).map(section)}`.markup;
}
