import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { ErrorReport, TestioError } from '@testio-mcp/domain';

/** Where the error object of a failed call stands, for clients that branch on its code. */
export const ERROR_META_KEY = 'testio/error';

/** An answer: the structured content is the truth, the text a short rendering of it. */
export function answerResult(output: Record<string, unknown>, text: string): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent: output };
}

/**
 * A failed call. It has no structured content: clients of the v1 SDK validate that against the output schema even on
 * errors, and throw.
 */
export function errorResult(error: TestioError): CallToolResult {
  const report = error.report();
  return { isError: true, content: [{ type: 'text', text: errorText(report) }], _meta: { [ERROR_META_KEY]: report } };
}

function errorText(report: ErrorReport): string {
  const lines = [report.message];
  if (report.accepted !== undefined && report.accepted.length > 0) {
    lines.push(`Accepted${report.field === undefined ? '' : ` for ${report.field}`}: ${report.accepted.join(', ')}.`);
  }
  if (report.next !== undefined) lines.push(report.next);
  lines.push(`Error code: ${report.code}${report.retryable ? '; trying again may help' : ''}.`);
  return lines.join('\n');
}
