import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { ErrorKind, TestioError } from '@testio-mcp/domain';

/** The protocol's code for a resource that is not there. */
const RESOURCE_NOT_FOUND = -32_002;

const CODES: Partial<Record<ErrorKind, number>> = {
  not_found: RESOURCE_NOT_FOUND,
  validation: ErrorCode.InvalidParams,
  ambiguous: ErrorCode.InvalidParams,
};

/** An error of a request that is no tool call: what happened and what to do next as message, the error object as data. */
export function protocolError(error: TestioError): McpError {
  const report = error.report();
  const sentence = [report.message, report.next].filter((part) => part !== undefined).join(' ');
  return new McpError(CODES[error.kind] ?? ErrorCode.InternalError, sentence, report);
}
