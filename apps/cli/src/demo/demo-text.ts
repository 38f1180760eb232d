import type { SyncRunRecord } from '@testio-mcp/sync-engine';
import type { Diagnostics } from '../diagnostics.ts';
import { gapText } from '../gap-text.ts';
import { count, seconds } from '../numbers.ts';
import { styled, textColumns, wrapped } from '../output.ts';
import { clip } from '../progress.ts';
import { failureLines } from '../sync-summary.ts';
import type { Question } from './questions.ts';

/** What `demo --json` prints. */
export interface Result {
  readonly products: number;
  readonly tests: number;
  readonly bugs: number;
  readonly people: number;
  /** HTTP requests of the sync. */
  readonly requests: number;
  /** Things that the sync could not read. */
  readonly not_read: number;
  readonly questions: { tool: string; question: string; ms: number; ok: boolean }[];
  readonly report_path: string;
  readonly duration_ms: number;
}

/** Lines of an answer that are shown before its last one. */
const SHOWN_LINES = 6;
const INDENT = '   ';

export function introduction(): string {
  return `${styled('bold', 'testio-mcp demo')}: an example company, no token, no network beyond this machine.
A sandbox plays Test IO; everything else is what you would use.`;
}

/** What the sync did, honest about what it could not read. */
export function syncLine(record: SyncRunRecord): string {
  const line = `Synced in ${seconds(record.duration_ms)}: ${count(record.requests, 'request')}, ${count(record.rows_written, 'row')} written.`;
  const failures = failureLines(record);
  if (failures.length === 0) return `\n${line}`;
  const reason = 'Real accounts have such tests too: they break every page that holds them. Answers say so.';
  return ['', line, ...failures, wrapped(reason, 0)].join('\n');
}

/** A question, the call behind it, and the short form of its answer. */
export function answerLines(question: Question, answer: { text: string; ms: number; number: number }): string {
  const lines = answer.text.split('\n');
  const shown = lines.length <= SHOWN_LINES + 1 ? lines : [...lines.slice(0, SHOWN_LINES), '…', ...lines.slice(-1)];
  return [
    '',
    styled('bold', `${answer.number}. ${question.question}`),
    styled('cyan', fitted(`${INDENT}${question.tool} ${JSON.stringify(question.input)} (${answer.ms} ms)`)),
    ...shown.map((line) => fitted(INDENT + line)),
  ].join('\n');
}

/** Where the report is, what it cannot show, and how to go on. */
export function endLines(result: Result, gaps: Diagnostics['completeness']['missing']): string {
  const numbers = [
    count(result.products, 'product'),
    count(result.tests, 'test'),
    count(result.bugs, 'bug'),
    count(result.people, 'person', 'people'),
  ];
  const missing = gaps.map((gap) => wrapped(gapText(gap), INDENT.length));
  return [
    '',
    `${styled('bold', 'Report')} on ${numbers.join(', ')}:`,
    INDENT + result.report_path,
    ...(missing.length === 0 ? [] : ['It says what is missing:', ...missing]),
    '',
    `Done in ${seconds(result.duration_ms)}. Ask on your own with --demo on any command:`,
    `${INDENT}testio-mcp --demo call list_tests '{"statuses": ["running"]}'`,
    'With the token of your account:',
    `${INDENT}TESTIO_CUSTOMER_API_TOKEN=… testio-mcp sync`,
  ].join('\n');
}

function fitted(line: string): string {
  return clip(line, textColumns());
}
