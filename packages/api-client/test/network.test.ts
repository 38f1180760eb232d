import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from './certificate.ts';
import { errorOf, type Fixture, type Handler, json, startFixture } from './fixture-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function fixtureOf(handler?: Handler): Promise<Fixture> {
  const fixture = await startFixture(handler);
  cleanups.push(() => fixture.close());
  return fixture;
}

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens. */
async function deadPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('connection trouble', () => {
  it('tells a name that cannot be resolved, and retries', async () => {
    const fixture = await fixtureOf();
    const client = fixture.client({ baseUrl: 'http://no-such-host.invalid/customer/v2', maxAttempts: 2 });
    const error = await errorOf(client.listProducts());
    expect(error).toMatchObject({ code: 'api_dns_failure', kind: 'network', retryable: true });
    expect(error.message).toContain('no-such-host.invalid');
    expect(client.requestsSent).toBe(2);
  });

  it('tells a refused connection', async () => {
    const fixture = await fixtureOf();
    const client = fixture.client({ baseUrl: `http://127.0.0.1:${await deadPort()}/v2` });
    const error = await errorOf(client.listProducts());
    expect(error).toMatchObject({ code: 'api_unreachable', kind: 'network', retryable: true });
    expect(error.facts.upstreamStatus).toBeUndefined();
    expect(client.requestsSent).toBe(4);
  });

  it('tells a broken connection', async () => {
    const fixture = await fixtureOf((_, response) => response.socket?.resetAndDestroy());
    const error = await errorOf(fixture.client().getTest(7));
    expect(error).toMatchObject({ code: 'api_unreachable' });
    expect(fixture.seen).toHaveLength(4);
  });

  it('tells an answer that does not come in time', async () => {
    const fixture = await fixtureOf(() => undefined);
    const error = await errorOf(fixture.client({ timeoutMs: 120, maxAttempts: 2 }).getTest(7));
    expect(error).toMatchObject({ code: 'api_timeout', kind: 'network', retryable: true });
    expect(error.message).toContain('120 ms');
    expect(fixture.seen).toHaveLength(2);
  });

  it('tells an answer that stops halfway in time', async () => {
    const fixture = await fixtureOf((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"products": [');
    });
    const error = await errorOf(fixture.client({ timeoutMs: 60, maxAttempts: 1 }).listProducts());
    expect(error).toMatchObject({ code: 'api_timeout' });
  });

  it('keeps the status of a refusal whose text never ends', async () => {
    const fixture = await fixtureOf((_, response) => {
      response.writeHead(403, { 'content-type': 'text/plain' });
      response.write('You may not');
    });
    const error = await errorOf(fixture.client({ timeoutMs: 60 }).getProduct(3));
    expect(error).toMatchObject({ code: 'api_forbidden', facts: { upstreamStatus: 403 } });
  });

  it('tells an answer that is not HTTP', async () => {
    const port = await listen(createTcpServer((socket) => socket.once('data', () => socket.end('+OK POP3 ready\r\n'))));
    const fixture = await fixtureOf();
    const error = await errorOf(fixture.client({ baseUrl: `http://127.0.0.1:${port}` }).listProducts());
    expect(error).toMatchObject({ code: 'api_unreadable_answer', retryable: true });
  });
});

describe('TLS', () => {
  let identity: ReturnType<typeof selfSigned>;
  beforeAll(() => {
    identity = selfSigned();
  });

  async function secureServer(): Promise<string> {
    const server = createHttpsServer(identity, (_, response) => json(response, { products: [{ id: 5 }] }));
    return `https://127.0.0.1:${await listen(server)}/customer/v2`;
  }

  it('does not trust a certificate that signed itself, and does not ask again', async () => {
    const fixture = await fixtureOf();
    const client = fixture.client({ baseUrl: await secureServer() });
    const error = await errorOf(client.listProducts());
    expect(error).toMatchObject({ code: 'api_tls_failure', kind: 'network' });
    expect(error.facts.next).toContain('NODE_EXTRA_CA_CERTS');
    expect(client.requestsSent).toBe(1);
  });

  it('tells a server that does not speak TLS', async () => {
    const fixture = await fixtureOf();
    const client = fixture.client({ baseUrl: fixture.baseUrl.replace('http:', 'https:') });
    expect(await errorOf(client.listProducts())).toMatchObject({ code: 'api_tls_failure' });
  });

  it('trusts a company CA named by NODE_EXTRA_CA_CERTS', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'testio-ca-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'ca.pem');
    writeFileSync(file, identity.cert);
    const program = `
      import { createApiClient } from '../src/index.ts';
      const client = createApiClient({ baseUrl: process.argv[1], token: 'x', env: {} });
      process.stdout.write(JSON.stringify(await client.listProducts()));
      await client.close();`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@testio-mcp/source', '--input-type=module', '--eval', program, await secureServer()],
      { cwd: import.meta.dirname, env: { ...process.env, NODE_EXTRA_CA_CERTS: file } },
    );
    expect(JSON.parse(stdout)).toMatchObject([{ id: 5 }]);
  });
});

describe('proxies', () => {
  /** A proxy that connects wherever it is told to, or refuses with a status. */
  async function startProxy(refusal?: number): Promise<{ url: string; tunnels: string[]; forwarded: string[] }> {
    const tunnels: string[] = [];
    const forwarded: string[] = [];
    const server = createHttpServer((request, response) => {
      forwarded.push(request.url ?? '');
      json(response, { products: [] }, refusal ?? 200);
    });
    server.on('connect', (request, socket, head) => {
      tunnels.push(request.url ?? '');
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
        return;
      }
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) end.on('error', () => undefined);
    });
    const port = await listen(server);
    cleanups.push(() => server.closeAllConnections());
    return { url: `http://user:proxy-secret@127.0.0.1:${port}`, tunnels, forwarded };
  }

  it('goes through HTTPS_PROXY to an https address', async () => {
    const identity = selfSigned();
    const port = await listen(createHttpsServer(identity, (_, response) => json(response, { products: [] })));
    const proxy = await startProxy();
    const fixture = await fixtureOf();
    const client = fixture.client({ baseUrl: `https://127.0.0.1:${port}`, env: { HTTPS_PROXY: proxy.url } });
    // Reaching the untrusted certificate behind it shows that the tunnel stands.
    expect(await errorOf(client.listProducts())).toMatchObject({ code: 'api_tls_failure' });
    expect(proxy.tunnels).toEqual([`127.0.0.1:${port}`]);
  });

  it('goes past the proxy where NO_PROXY says so', async () => {
    const proxy = await startProxy(403);
    const fixture = await fixtureOf((_, response) => json(response, { products: [] }));
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    expect(await fixture.client({ env }).listProducts()).toEqual([]);
    expect(proxy).toMatchObject({ tunnels: [], forwarded: [] });
  });

  it('takes a plain address through HTTP_PROXY, with the scheme left out', async () => {
    const proxy = await startProxy();
    const fixture = await fixtureOf();
    const env = { http_proxy: proxy.url.replace('http://', '') };
    expect(await fixture.client({ env }).listProducts()).toEqual([]);
    expect(proxy.forwarded).toEqual([`${fixture.baseUrl}/products`]);
  });

  it.each([403, 407, 502])('tells a proxy that refuses the tunnel with %i', async (status) => {
    const proxy = await startProxy(status);
    const fixture = await fixtureOf();
    const client = fixture.client({ baseUrl: 'https://api.example/v2', env: { HTTPS_PROXY: proxy.url } });
    const error = await errorOf(client.listProducts());
    expect(error).toMatchObject({ code: 'api_proxy_failure', kind: 'network', retryable: true });
    expect(JSON.stringify([error, error.message, error.cause])).not.toContain('proxy-secret');
    // A proxy that wants another password wants it a second later too.
    expect(client.requestsSent).toBe(status === 407 ? 1 : 4);
  });

  it('tells a proxy that wants a password for a plain address', async () => {
    const proxy = await startProxy(407);
    const fixture = await fixtureOf();
    const error = await errorOf(fixture.client({ env: { HTTP_PROXY: proxy.url } }).listProducts());
    expect(error).toMatchObject({ code: 'api_proxy_failure' });
  });

  it.each(['http:', 'https:'])('tells a dead proxy from a dead API at an %s address', async (scheme) => {
    const dead = `http://127.0.0.1:${await deadPort()}`;
    const baseUrl = `${scheme}//127.0.0.1:${await deadPort()}/v2`;
    const fixture = await fixtureOf();
    const through = fixture.client({ baseUrl, env: { HTTPS_PROXY: dead, HTTP_PROXY: dead } });
    expect(await errorOf(through.listProducts())).toMatchObject({ code: 'api_proxy_failure' });
    const past = fixture.client({ baseUrl, env: { HTTPS_PROXY: dead, HTTP_PROXY: dead, NO_PROXY: '*' } });
    expect(await errorOf(past.listProducts())).toMatchObject({ code: 'api_unreachable' });
  });

  it('tells a proxy whose name cannot be resolved', async () => {
    const fixture = await fixtureOf();
    const client = fixture.client({ env: { HTTP_PROXY: 'http://no-such-proxy.invalid:3128' }, maxAttempts: 1 });
    expect(await errorOf(client.listProducts())).toMatchObject({ code: 'api_proxy_failure' });
  });
});
