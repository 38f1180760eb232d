import { Hono } from 'hono';
import { REST_ROOT } from './rest.ts';

/** Paths of the older product that have another name now. The others only lack the version. */
const RENAMED: Readonly<Record<string, string>> = {
  '/sync/problematic': '/problematic-tests',
  '/database/stats': '/diagnostics',
  '/sync/history': '/diagnostics?include_sync_events=true',
};

/** Sends callers of the older product's paths to their successors, with the parameters they gave. 308 keeps the method. */
export function olderPaths(): Hono {
  const app = new Hono();
  app.all('/products/:product_id/tests', (c) => c.redirect(moved('/tests', c.req.url, c.req.param()), 308));
  app.all('/products/:product_id/features', (c) => c.redirect(moved('/features', c.req.url, c.req.param()), 308));
  app.all('/products/:product_id/user_stories', (c) =>
    c.redirect(moved('/user-stories', c.req.url, c.req.param()), 308),
  );
  app.all('/*', (c) => {
    const path = c.req.path.replace(/^\/api/, '');
    return c.redirect(moved(RENAMED[path] ?? path, c.req.url, {}), 308);
  });
  return app;
}

function moved(path: string, from: string, parameters: Readonly<Record<string, string>>): string {
  const target = new URL(`${REST_ROOT}${path}`, from);
  for (const [name, value] of [...new URL(from).searchParams, ...Object.entries(parameters)]) {
    target.searchParams.append(name, value);
  }
  return `${target.pathname}${target.search}`;
}
