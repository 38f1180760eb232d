import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { TestioError } from '@testio-mcp/domain';
import { version } from '../version.ts';

/** An answer as a client of the server gets it. */
export interface McpAnswer {
  /** False: the server answered with an error, which `text` holds. */
  readonly ok: boolean;
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
  /** From the question to the answer, in milliseconds. */
  readonly ms: number;
}

/** A real MCP client, connected over stdio to this program's own server. */
export interface McpConnection {
  ask(tool: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<McpAnswer>;
  close(): Promise<void>;
}

/**
 * Starts `serve` as a child process, the way Claude or Cursor would, and connects to it.
 *
 * @param env the server's whole environment
 * @throws TestioError `server_not_started`
 */
export async function connectToServer(env: NodeJS.ProcessEnv): Promise<McpConnection> {
  const [program = ''] = process.argv.slice(1);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...process.execArgv, program, 'serve', '--quiet'],
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    stderr: 'inherit',
  });
  const client = new Client({ name: 'testio-mcp-demo', version: version() });
  try {
    await client.connect(transport);
    // Output schemas of tools are known from here on: the client checks every answer against them.
    await client.listTools();
  } catch (error) {
    await client.close();
    throw new TestioError({
      kind: 'internal',
      code: 'server_not_started',
      message: 'The MCP server of the demo did not start.',
      next: 'Run `testio-mcp --demo serve` to see why.',
      cause: error,
    });
  }
  return {
    async ask(tool, input, signal) {
      const began = performance.now();
      const result = await client.callTool({ name: tool, arguments: { ...input } }, undefined, { signal });
      const ms = Math.round((performance.now() - began) * 10) / 10;
      return { ok: result.isError !== true, text: textOf(result.content), structured: recordOf(result), ms };
    },
    close: () => client.close(),
  };
}

function textOf(content: unknown): string {
  const blocks: unknown[] = Array.isArray(content) ? content : [];
  return blocks
    .map((block) => (typeof block === 'object' && block !== null && 'text' in block ? String(block.text) : ''))
    .join('\n');
}

function recordOf(result: object): Readonly<Record<string, unknown>> {
  const structured = 'structuredContent' in result ? result.structuredContent : undefined;
  return typeof structured === 'object' && structured !== null ? { ...structured } : {};
}
