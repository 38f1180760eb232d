// The floor of the load over HTTP: a server of the same SDK and the same HTTP library, with sessions, whose one tool does nothing. Says
// where it listens on stderr, and runs until a signal.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { getRequestListener } from '@hono/node-server';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

async function begin(): Promise<WebStandardStreamableHTTPServerTransport> {
  const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => {
      sessions.set(id, transport);
    },
  });
  const mcp = new McpServer({ name: 'no-op', version: '1' });
  mcp.registerTool('no_op', { description: 'Does nothing.' }, () => ({ content: [{ type: 'text', text: 'done' }] }));
  // The SDK's own type of its transport does not fit exactOptionalPropertyTypes.
  await mcp.connect(transport as unknown as Transport);
  return transport;
}

const listener = getRequestListener(async (request) => {
  const transport = sessions.get(request.headers.get('mcp-session-id') ?? '') ?? (await begin());
  return transport.handleRequest(request);
});
const server = createServer(listener).listen(0, '127.0.0.1', () => {
  process.stderr.write(`serves http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
