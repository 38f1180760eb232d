import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type { jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';
import { programVersion, type Runtime } from '@testio-mcp/runtime';
import { ResourceWatch } from '../resources/watch.ts';
import { instructionsFor, offeredOperations } from '../several-customers.ts';
import { addAppView } from './app-view.ts';
import { addPrompts } from './prompts.ts';
import { addReportResources } from './report-resources.ts';
import { addResources } from './resources.ts';
import { addTools } from './tools.ts';

// This folder is the only place that knows the MCP SDK: a change of its major version stays in here.

/** Checks what people answer. Left to itself, the SDK makes a checker for each session: half of what a session costs. */
const WHEN_NEEDED: jsonSchemaValidator = {
  getValidator: (schema) => new AjvJsonSchemaValidator().getValidator(schema),
};

/**
 * Makes an MCP server over a runtime; connect it to a transport to use it.
 *
 * @param watch looks for changed resources; servers on one runtime share it
 * @throws TestioError `unknown_tool_configured`
 */
export function createMcpServer(runtime: Runtime, watch: ResourceWatch = new ResourceWatch(runtime)): McpServer {
  const offered = offeredOperations(runtime);
  const mcp = new McpServer(
    { name: 'testio-mcp', title: 'Test IO', version: programVersion() },
    {
      capabilities: { tools: {}, logging: {}, resources: { subscribe: true } },
      instructions: instructionsFor(runtime.customers),
      jsonSchemaValidator: WHEN_NEEDED,
    },
  );
  mcp.server.onerror = (error) => runtime.logger.warn({ err: error }, 'MCP protocol error');
  addTools(mcp, runtime, offered);
  addAppView(mcp, offered);
  addPrompts(mcp, runtime, offered);
  if (offered.some(({ name }) => name === 'generate_quality_report')) addReportResources(mcp, runtime);
  const endSubscriptions = addResources(mcp, runtime, offered, watch);
  mcp.server.onclose = endSubscriptions;
  return mcp;
}
