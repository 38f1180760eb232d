import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { TestioError } from '@testio-mcp/domain';

/** People take their time. */
const ANSWER_MS = 5 * 60_000;

/**
 * Asks the person which of several things of a title is meant, where the client can ask.
 *
 * @returns asks about an error; null when it is not about a choice, or nothing was chosen
 */
export function chooser(
  mcp: McpServer,
  { signal, requestId }: { readonly signal: AbortSignal; readonly requestId: string | number },
): (error: TestioError) => Promise<number | null> {
  return async ({ kind, message, facts }) => {
    if (kind !== 'ambiguous' || mcp.server.getClientCapabilities()?.elicitation === undefined) return null;
    // Each candidate begins with its id.
    const candidates = (facts.accepted ?? []).map(String).filter((candidate) => /^\d+/.test(candidate));
    if (candidates.length === 0) return null;
    try {
      const { action, content } = await mcp.server.elicitInput(
        {
          message: `${message} Which one is meant?`,
          requestedSchema: {
            type: 'object',
            properties: { choice: { type: 'string', title: 'Which one', enum: candidates } },
            required: ['choice'],
          },
        },
        { signal, timeout: ANSWER_MS, relatedRequestId: requestId },
      );
      const chosen = action === 'accept' ? candidates.find((candidate) => candidate === content?.choice) : undefined;
      return chosen === undefined ? null : Number.parseInt(chosen, 10);
    } catch {
      // A client that cannot ask after all, or a person who does not answer: then the error says what to do.
      return null;
    }
  };
}
