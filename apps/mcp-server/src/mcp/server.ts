import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { toTestioError } from '@testio-mcp/domain';
import { findOperation, publishedTool } from '@testio-mcp/insights';
import { programVersion, type Runtime } from '@testio-mcp/runtime';
import { exposedOperations, toolNotOffered } from '../exposed-tools.ts';
import { INSTRUCTIONS } from '../instructions.ts';
import { ResourceWatch } from '../resources/watch.ts';
import { progressTeller } from './progress.ts';
import { addPrompts } from './prompts.ts';
import { addResources } from './resources.ts';
import { answerResult, errorResult } from './tool-result.ts';

// This folder is the only place that knows the MCP SDK: a change of its major version stays in here.

/**
 * Makes an MCP server over a runtime; connect it to a transport to use it. Tools are listed and called by own handlers:
 * the SDK's would convert every schema at each listing and report bad input as plain text.
 *
 * @param watch looks for changed resources; servers on one runtime share it
 * @throws TestioError `unknown_tool_configured`
 */
export function createMcpServer(runtime: Runtime, watch: ResourceWatch = new ResourceWatch(runtime)): McpServer {
  const exposed = exposedOperations(runtime.config);
  const offered = new Set(exposed.map(({ name }) => name));
  const tools: Tool[] = exposed.map(publishedTool);
  const mcp = new McpServer(
    { name: 'testio-mcp', title: 'Test IO', version: programVersion() },
    { capabilities: { tools: {}, logging: {}, resources: { subscribe: true } }, instructions: INSTRUCTIONS },
  );
  mcp.server.onerror = (error) => runtime.logger.warn({ err: error }, 'MCP protocol error');
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  mcp.server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const known = findOperation(params.name);
    if (known !== undefined && !offered.has(known.name)) return errorResult(toolNotOffered(params.name));
    try {
      const { signal } = extra;
      const onProgress = progressTeller(params._meta?.progressToken, (note) => extra.sendNotification(note));
      const { output, text } = await runtime.call(params.name, params.arguments ?? {}, { signal, onProgress });
      return answerResult(output, text);
    } catch (thrown) {
      return errorResult(toTestioError(thrown));
    }
  });
  addPrompts(mcp, runtime, exposed);
  const endSubscriptions = addResources(mcp, runtime, exposed, watch);
  mcp.server.onclose = endSubscriptions;
  return mcp;
}
