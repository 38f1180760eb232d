import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { loadConfig, openRuntime } from '@testio-mcp/runtime';
import { createMcpServer } from '@testio-mcp/server';
import { NO_OP } from './bundled-no-op.ts';
import { CLI, FROM_SOURCES, stop } from './processes.ts';
import { noOpServer } from './programs/no-op-server.mjs';

export const TRANSPORTS = ['in memory', 'stdio', 'HTTP'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** A client of one server. */
export interface Connected {
  /** Asks a tool; throws when it answers with an error. */
  ask(name: string, input?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** The process of the server; null in memory. */
  readonly pid: number | null;
  close(): Promise<void>;
}

/** Connects to our server over the store of a home. It cannot ask the API, but for what `more` says. */
export function connectOurs(
  transport: TransportName,
  home: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Connected> {
  const env = { ...settings(home), ...more, PATH: process.env.PATH ?? '' };
  if (transport === 'stdio') return overStdio([FROM_SOURCES, CLI, 'serve', '--quiet'], env);
  if (transport === 'HTTP') {
    return overHttp([FROM_SOURCES, CLI, 'serve', '--transport', 'http', '--port', '0'], { ...env, LOG_LEVEL: 'warn' });
  }
  return oursInMemory(home);
}

/** Connects over stdio to our server as clients start it, and as it was built, not as its sources are. */
export function connectBuilt(home: string): Promise<Connected> {
  return overStdio([CLI], { ...settings(home), PATH: process.env.PATH ?? '' });
}

/** Connects to the server that does nothing, in node_modules or in another file. */
export function connectNoOp(transport: TransportName, file = NO_OP): Promise<Connected> {
  const env = { PATH: process.env.PATH ?? '' };
  if (transport === 'stdio') return overStdio([file], env);
  if (transport === 'HTTP') return overHttp([file, '--http'], env);
  return inMemory(noOpServer(), async () => {});
}

function settings(home: string): Record<string, string> {
  return {
    TESTIO_HOME: home,
    TESTIO_CUSTOMER_API_TOKEN: 'never-used',
    // Nobody listens there: a question that wanted to ask would fail.
    TESTIO_CUSTOMER_API_BASE_URL: 'http://127.0.0.1:9/customer/v2',
    TESTIO_REFRESH_INTERVAL_SECONDS: '0',
  };
}

async function oursInMemory(home: string): Promise<Connected> {
  const config = loadConfig({ env: { ...settings(home), LOG_LEVEL: 'error' } });
  const runtime = await openRuntime(config);
  return inMemory(createMcpServer(runtime), () => runtime.close());
}

async function inMemory(server: McpServer, close: () => Promise<void>): Promise<Connected> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);
  const client = await connected(near);
  return {
    ask: asker(client),
    pid: null,
    async close() {
      await client.close();
      await close();
    },
  };
}

async function overStdio(args: string[], env: Record<string, string>): Promise<Connected> {
  const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' });
  const client = await connected(transport);
  return { ask: asker(client), pid: transport.pid, close: () => client.close() };
}

async function overHttp(args: readonly string[], env: Record<string, string>): Promise<Connected> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await addressOf(child);
  const client = await connected(new StreamableHTTPClientTransport(new URL(address)) as Transport);
  return {
    ask: asker(client),
    pid: child.pid ?? null,
    async close() {
      await client.close();
      await stop(child);
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('The server has no stderr.');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const address = /serves (http\S+?)[,.]?(\s|$)/.exec(line)?.[1];
    if (address === undefined) continue;
    // What it says later must not fill the pipe.
    child.stderr.resume();
    return address.endsWith('/mcp') ? address : `${address.replace(/\/$/, '')}/mcp`;
  }
  throw new Error(`The server ended before it served: ${said.join('\n')}`);
}

async function connected(transport: Transport): Promise<Client> {
  const client = new Client({ name: 'benchmark', version: '1' });
  await client.connect(transport);
  return client;
}

function asker(client: Client): Connected['ask'] {
  return async (name, input = {}) => {
    const result = await client.callTool({ name, arguments: { ...input } });
    if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
    return (result.structuredContent ?? {}) as Readonly<Record<string, unknown>>;
  };
}
