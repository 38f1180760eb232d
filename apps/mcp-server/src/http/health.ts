import { toTestioError } from '@testio-mcp/domain';
import { programVersion, type Runtime } from '@testio-mcp/runtime';
import { Hono } from 'hono';
import { readDiagnostics } from './diagnostics.ts';
import { statusOf } from './problem.ts';

/**
 * `/health/live`: the process answers. `/health/ready`: it can answer questions, and if not, why; how fresh the store is and
 * who syncs it stands in the body. Neither says anything about the account's contents, because nobody has to sign in for them.
 * Of several customers it is the selected one whose store is looked at; no customer is named.
 */
export function healthRoutes(runtime: Runtime): Hono {
  const app = new Hono();
  app.get('/live', (c) =>
    c.json({ status: 'live', version: programVersion(), uptime_seconds: Math.floor(process.uptime()) }),
  );
  app.get('/ready', async (c) => {
    c.header('Cache-Control', 'no-store');
    try {
      const { as_of, completeness, sync } = await readDiagnostics(runtime, { signal: c.req.raw.signal });
      const { status = null, finished_at = null } = sync.last_attempt ?? {};
      return c.json(
        {
          status: as_of === null ? 'never_synced' : 'ready',
          as_of,
          complete: completeness.complete,
          sync: { running: sync.running !== null, last_attempt: { status, finished_at } },
        },
        as_of === null ? 503 : 200,
      );
    } catch (thrown) {
      const error = toTestioError(thrown);
      runtime.logger.warn({ code: error.code }, error.message);
      // The message may name files and customers.
      return c.json({ status: 'failing', code: error.code }, statusOf(error));
    }
  });
  return app;
}
