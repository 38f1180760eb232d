import { operations, publishedTool } from '@testio-mcp/insights';

/** Holds one file per tool, and nothing else. */
export const TOOL_FOLDER = 'docs/reference/tools';

/** A tool exactly as MCP lists it, so that a change of what clients see shows in a diff. */
export const TOOL_FILES = operations.map((operation) => ({
  file: `${TOOL_FOLDER}/${operation.name}.json`,
  write: () => `${JSON.stringify(publishedTool(operation), null, 2)}\n`,
}));
