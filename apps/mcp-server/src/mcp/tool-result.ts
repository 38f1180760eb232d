import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { ErrorReport, TestioError } from '@testio-mcp/domain';
import type { NextCall } from '@testio-mcp/insights';
import { markQuoted } from '../mark-quoted.ts';

/** Where the error object of a failed call stands, for clients that branch on its code. */
export const ERROR_META_KEY = 'testio/error';

/** Where the calls stand that may follow, for clients that offer them. */
export const NEXT_META_KEY = 'testio/next';

interface Rendered {
  readonly text: string;
  readonly next: string;
  readonly result: CallToolResult;
}

/** Of answers that are given again (RecentAnswers): each is rendered once. */
const rendered = new WeakMap<object, Rendered>();

/** An answer: the structured content is the truth, the text a short rendering of it, marked as quoted. */
export function answerResult(
  output: Record<string, unknown>,
  text: string,
  next: readonly NextCall[] = [],
): CallToolResult {
  const calls = JSON.stringify(next);
  const known = rendered.get(output);
  if (known?.text === text && known.next === calls) return known.result;
  const result: CallToolResult = {
    content: [{ type: 'text', text: withNext(markQuoted(text), next) }],
    structuredContent: output,
    ...nextMeta(next),
  };
  rendered.set(output, { text, next: calls, result });
  return result;
}

/**
 * A failed call. It has no structured content: clients of the v1 SDK validate that against the output schema even on
 * errors, and throw.
 */
export function errorResult(error: TestioError, next: readonly NextCall[] = []): CallToolResult {
  const report = error.report();
  return {
    isError: true,
    content: [{ type: 'text', text: withNext(errorText(report), next) }],
    _meta: { [ERROR_META_KEY]: report, ...nextMeta(next)._meta },
  };
}

function nextMeta(next: readonly NextCall[]): { _meta?: Record<string, unknown> } {
  return next.length === 0 ? {} : { _meta: { [NEXT_META_KEY]: next } };
}

function withNext(text: string, next: readonly NextCall[]): string {
  const calls = next.map(({ name, arguments: input }) => `${name} ${JSON.stringify(input)}`);
  return calls.length === 0 ? text : `${text}\nNext: ${calls.join(' or ')}`;
}

function errorText(report: ErrorReport): string {
  const lines = [report.message];
  if (report.accepted !== undefined && report.accepted.length > 0) {
    lines.push(`Accepted${report.field === undefined ? '' : ` for ${report.field}`}: ${report.accepted.join(', ')}.`);
  }
  if (report.next !== undefined) lines.push(report.next);
  lines.push(`Error code: ${report.code}${report.retryable ? '; trying again may help' : ''}.`);
  const text = lines.join('\n');
  // What was found, and what fits, is listed by title.
  return report.kind === 'ambiguous' || report.kind === 'not_found' ? markQuoted(text) : text;
}
