import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { createLogger, loadConfig, openRuntime } from '@testio-mcp/runtime';
import type { Sandbox } from '@testio-mcp/sandbox';
import { BASE_ENV, MAIN, NODE_ARGS } from './server-process.ts';

/** A home folder with the settings of a server that works on it. */
export interface Home {
  readonly folder: string;
  readonly env: Record<string, string>;
  /** Contents of every file in it. */
  contents(): string;
  remove(): void;
}

export function makeHome(sandbox: Sandbox): Home {
  const folder = mkdtempSync(join(tmpdir(), 'testio-home-'));
  return {
    folder,
    env: {
      TESTIO_HOME: folder,
      TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
      TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
      TESTIO_REFRESH_INTERVAL_SECONDS: '0',
    },
    contents() {
      return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile())
        .map((path) => readFileSync(path, 'latin1'))
        .join('\n');
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Syncs everything the sandbox has into the store of this home, as another process than the server does. */
export async function fill(home: Home, mode: 'incremental' | 'full' = 'incremental'): Promise<void> {
  const config = loadConfig({ env: home.env });
  const runtime = await openRuntime(config, { logger: createLogger(config, { write: () => undefined }) });
  try {
    const { status, error } = await runtime.sync({ trigger: 'test', mode });
    if (status === 'failed' || status === 'cancelled')
      throw new Error(`The sync ended as ${status}: ${error?.message}`);
  } finally {
    await runtime.close();
  }
}

/** Starts a server of its own, as Claude and Cursor do. */
export function transportOf(env: Record<string, string>): StdioClientTransport {
  const args = [...NODE_ARGS, '--', MAIN];
  return new StdioClientTransport({ command: process.execPath, args, env: { ...BASE_ENV, ...env }, stderr: 'ignore' });
}

/** Connects the SDK's client to a server of its own. */
export async function connect(env: Record<string, string>): Promise<Client> {
  const client = new Client({ name: 'black-box-test', version: '1' });
  await client.connect(transportOf(env));
  return client;
}
