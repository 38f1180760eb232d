import { operations } from '@testio-mcp/insights';
import { GENERATED, table } from './markdown.ts';

/** docs/reference/rest.md: the routes that `serve --transport http` has beside MCP. */
export function restPage(): string {
  const routes = operations.map(({ name, title, effects, rest }) => [
    effects.readOnly ? 'GET, POST' : 'POST',
    `\`/api/v1${rest.path}\``,
    title,
    `[${name}](tools.md#${name})`,
  ]);
  return [
    '# REST',
    GENERATED,
    'A server that was started with `testio-mcp serve --transport http` answers the same questions over HTTP as over MCP: same parameters, same answers, same errors. Reads take their parameters in the query, where lists are repeated or separated by commas, or in a JSON object by POST; a title serves wherever an id is asked for. Errors are problem details (RFC 9457) with the `code`, `field`, `accepted` and `next` of the tools. `ETag` and `If-None-Match` spare what has not changed.',
    'What writes can say how far it has come: with `Accept: text/event-stream` the answer is a stream of events, `progress` (`{"done": 12, "total": 40, "message": "…"}`) now and then, at the end `result` with the answer or `problem`. What is refused at once gets its own status, as without. `curl -N -X POST -H \'Accept: text/event-stream\' http://127.0.0.1:8080/api/v1/sync` shows it.',
    table(['Method', 'Route', 'What it answers', 'As tool'], routes),
    table(
      ['Other routes', 'What is there'],
      [
        ['`/mcp`', 'MCP over Streamable HTTP'],
        ['`/api/v1/sync`', 'by GET: who syncs now, how the last syncs ended, how fresh the copy is'],
        ['`/api/v1/reports/{id}`', 'a report that was written, as a file; its id stands in the answer that wrote it'],
        ['`/docs`, `/openapi.json`', 'these routes, to try and as OpenAPI 3.1'],
        ['`/metrics`', 'figures for Prometheus'],
        ['`/health/live`, `/health/ready`', 'for service managers: 200 or not; no sign-in'],
        ['`/`', 'a status page for people; `/sign-in` where the server has a secret'],
      ],
    ),
    'Paths of the older product under `/api/` lead to their successors (308).',
    '',
  ].join('\n\n');
}
