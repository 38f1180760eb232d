import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { toTestioError } from '@testio-mcp/domain';
import type { Runtime } from '@testio-mcp/runtime';
import { createMcpServer } from '../../src/mcp/server.ts';
import { errorResult } from '../../src/mcp/tool-result.ts';
import type { ResourceWatch } from '../../src/resources/watch.ts';
import { addFixturePrompts } from './prompts.ts';
import { addFixtureResources } from './resources.ts';
import { fixtureTools } from './tools.ts';

/**
 * The shipped server with what the conformance suite asks a server to have. Sessions, transports, guards, errors and progress
 * are those of the product; the fixtures take the place of its tools, because no answer about an account is a picture.
 */
export function createFixtureServer(runtime: Runtime, watch: ResourceWatch): McpServer {
  const mcp = createMcpServer(runtime, watch);
  addFixtureResources(mcp);
  addFixturePrompts(mcp);
  const tools = fixtureTools(mcp);
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ run: _, ...listed }) => listed),
  }));
  mcp.server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra): Promise<CallToolResult> => {
    try {
      const tool = tools.find(({ name }) => name === params.name);
      if (tool === undefined) throw new Error(`There is no fixture ${params.name}.`);
      return { content: await tool.run(params, extra) };
    } catch (thrown) {
      return errorResult(toTestioError(thrown));
    }
  });
  const watched = new Set<string>();
  mcp.server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }) => {
    watched.add(uri);
    return {};
  });
  mcp.server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    watched.delete(uri);
    return {};
  });
  return mcp;
}
