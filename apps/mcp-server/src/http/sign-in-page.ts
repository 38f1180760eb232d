import type { Secret } from '@testio-mcp/runtime';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { page } from './page.ts';
import { isSecret, rememberSignIn } from './sign-in.ts';

/** A form for browsers, which cannot send a bearer token by themselves. */
export function signInPage(secret: Secret): Hono {
  const app = new Hono();
  app.get('/', (c) => c.html(form(false)));
  app.post('/', async (c) => {
    const { token } = await c.req.parseBody();
    if (typeof token !== 'string' || !isSecret(token.trim(), secret)) return c.html(form(true), 401);
    rememberSignIn(c, secret);
    return c.redirect('/', 303);
  });
  return app;
}

function form(isWrong: boolean) {
  return page(
    'Sign in',
    html`<h1>testio-mcp</h1>
<form method="post" action="/sign-in">
  <p><label for="token">Secret of this server (TESTIO_HTTP_TOKEN)</label></p>
  <p><input id="token" name="token" type="password" required autocomplete="current-password"></p>
  ${isWrong ? html`<p role="alert">This is not the secret of this server.</p>` : ''}
  <p><button type="submit">Sign in</button></p>
</form>`,
  );
}
