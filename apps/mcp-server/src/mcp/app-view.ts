import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { type Operation, VIEW_META_KEY, viewMarkup, viewPage } from '@testio-mcp/insights';
import { programVersion } from '@testio-mcp/runtime';

// MCP Apps: clients that say so show a page of the server beside an answer. Everyone else sees nothing of it.

/** What a client names among its extensions. */
const EXTENSION = 'io.modelcontextprotocol/ui';
const MIME_TYPE = 'text/html;profile=mcp-app';
/** Clients take pages only from addresses of this kind. */
const ADDRESS = 'ui://testio-mcp/answer';

/** Offers the page to clients that can show it, once they have said hello. */
export function addAppView(mcp: McpServer, offered: readonly Operation[]): void {
  const before = mcp.server.oninitialized;
  mcp.server.oninitialized = () => {
    before?.();
    if (!showsPages(mcp) || !offered.some(({ view }) => view !== undefined)) return;
    const facts = {
      title: 'Answer as a page',
      description: 'Shows metrics and reports with pictures.',
      mimeType: MIME_TYPE,
    };
    mcp.registerResource('answer-page', ADDRESS, facts, () => ({
      contents: [{ uri: ADDRESS, mimeType: MIME_TYPE, text: viewPage(programVersion()) }],
    }));
  };
}

/** A tool as it is listed: with its page, for clients that can show it. */
export function withAppView(mcp: McpServer, { view }: Operation, tool: Tool): Tool {
  return view === undefined || !showsPages(mcp) ? tool : { ...tool, _meta: { ui: { resourceUri: ADDRESS } } };
}

/** The result of a call with what the page shows of it, for clients that can show it. */
export async function withViewOf(
  mcp: McpServer,
  operation: Operation,
  output: Record<string, unknown>,
  result: CallToolResult,
): Promise<CallToolResult> {
  if (!showsPages(mcp)) return result;
  try {
    const markup = await viewMarkup(operation, output);
    return markup === null ? result : { ...result, _meta: { ...result._meta, [VIEW_META_KEY]: markup } };
  } catch (thrown) {
    // Without its pictures the answer is still the answer; the page shows its text.
    mcp.server.onerror?.(thrown instanceof Error ? thrown : new Error(String(thrown)));
    return result;
  }
}

function showsPages(mcp: McpServer): boolean {
  return mcp.server.getClientCapabilities()?.extensions?.[EXTENSION] !== undefined;
}
