import { findOperation, type Operation } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { toolNotOffered } from '../exposed-tools.ts';
import { eventAnswer, wantsEvents } from './event-answer.ts';
import { jsonAnswer } from './json-answer.ts';
import { httpError, problem } from './problem.ts';
import { SYNC_PATH, statusSource, syncStatus } from './sync-status.ts';

/** Where the routes made from the catalogue begin. */
export const REST_ROOT = '/api/v1';

/**
 * One route for each operation that is offered, with the parameters, answers and errors of its MCP tool. Reads are GET and
 * take parameters in the query, repeated or separated by commas; what writes is POST and takes a JSON object. POST with a JSON
 * object works for reads, too, where a query would become too long. Who writes and accepts events is told how far it has come.
 */
export function restRoutes(runtime: Runtime, offered: readonly Operation[]): Hono {
  const app = new Hono();
  app.use(etag());
  const status = statusSource(offered);
  if (status !== undefined) app.get(SYNC_PATH, (c) => answer(c, runtime, status, fromQuery(c), syncStatus));
  for (const operation of offered) {
    const path = honoPath(operation);
    if (operation.effects.readOnly) app.get(path, (c) => answer(c, runtime, operation, fromQuery(c)));
    app.post(path, async (c) => {
      const body = await fromBody(c);
      return body instanceof Response ? body : answer(c, runtime, operation, body);
    });
    const isRead = operation.effects.readOnly || (path === SYNC_PATH && status !== undefined);
    app.all(path, (c) => wrongMethod(c, operation.name, isRead ? 'GET, HEAD, POST' : 'POST'));
  }
  app.all('*', notFound);
  return app;
}

async function answer(
  c: Context,
  runtime: Runtime,
  operation: Operation,
  input: unknown,
  part: (output: Record<string, unknown>) => Record<string, unknown> = (output) => output,
): Promise<Response> {
  const named = { ...(input as object), ...c.req.param() };
  const { signal } = c.req.raw;
  if (!operation.effects.readOnly && wantsEvents(c)) {
    return eventAnswer(c, async (onProgress) => {
      const { output } = await runtime.call(operation.name, named, { signal, onProgress });
      return output;
    });
  }
  try {
    const { output } = await runtime.call(operation.name, named, { signal });
    return jsonAnswer(c, part(output));
  } catch (thrown) {
    return problem(c, thrown);
  }
}

/** `/tests/{test_id}/summary` as the router spells it. */
function honoPath({ rest }: Operation): string {
  return rest.path.replace(/\{(\w+)\}/g, ':$1');
}

/** A parameter that is given several times is a list. */
function fromQuery(c: Context): Record<string, unknown> {
  const entries = Object.entries(c.req.queries());
  return Object.fromEntries(entries.map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

async function fromBody(c: Context): Promise<unknown> {
  const type = (c.req.header('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase();
  const text = await c.req.text().catch(() => null);
  // Who sends it has gone in the middle of it, or was cut off for taking too long.
  if (text === null)
    return problem(c, httpError('body_incomplete', 'The body broke off before its end.', 'Send it again.'));
  if (text.trim() === '') return fromQuery(c);
  if (type !== 'application/json') {
    const error = httpError(
      'not_json',
      'The body is not declared as JSON.',
      'Send the header Content-Type: application/json.',
    );
    return problem(c, error, 415);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, as for every body that is no object.
  }
  return problem(c, httpError('not_json', 'The body is no JSON object.', 'Send one JSON object with the parameters.'));
}

function wrongMethod(c: Context, name: string, allowed: string): Response {
  c.header('Allow', allowed);
  return problem(
    c,
    httpError('method_not_allowed', `${name} does not answer ${c.req.method}.`, `Use ${allowed}.`),
    405,
  );
}

function notFound(c: Context): Response {
  const [, name = ''] = /\/(\w+)$/.exec(c.req.path) ?? [];
  const known = findOperation(name);
  if (known !== undefined) return problem(c, toolNotOffered(known.name));
  const next = 'GET /openapi.json lists the routes.';
  return problem(c, httpError('route_not_found', `There is no route ${c.req.path}.`, next), 404);
}
