// The floor of everything that goes through MCP: a server on the same SDK with one tool that does nothing. Plain JavaScript,
// because making it of TypeScript would take memory and time that are not the SDK's. Serves stdio, or HTTP with --http, and then
// says its address on stderr.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

/** A server of one tool, `nothing`. */
export function noOpServer() {
  const mcp = new McpServer({ name: 'no-op', version: '1' }, { capabilities: { tools: {} } });
  const tools = [{ name: 'nothing', description: 'Does nothing.', inputSchema: { type: 'object', properties: {} } }];
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  mcp.server.setRequestHandler(CallToolRequestSchema, () => ({
    content: [{ type: 'text', text: 'ok' }],
    structuredContent: { ok: true },
  }));
  return mcp;
}

if (import.meta.main) {
  if (process.argv.includes('--http')) await serveHttp();
  else await serveStdio();
}

async function serveStdio() {
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
  await noOpServer().connect(new StdioServerTransport());
}

async function serveHttp() {
  const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js');
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
  await noOpServer().connect(transport);
  const server = createServer((request, response) => void transport.handleRequest(request, response));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.stderr.write(`serves http://127.0.0.1:${port}/mcp\n`);
  });
  process.once('SIGTERM', () => process.exit());
}
