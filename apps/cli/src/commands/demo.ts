import { cancelled, TEST_STATUSES, TestioError } from '@testio-mcp/domain';
import type { SyncRunRecord } from '@testio-mcp/sync-engine';
import { writtenReport } from '../demo/answers.ts';
import { openDemoAccount, SHARED_SIZE } from '../demo/demo-account.ts';
import { fillOwnStore, shareOwnStore } from '../demo/demo-store.ts';
import { answerLines, endLines, introduction, type Result, syncLine } from '../demo/demo-text.ts';
import { connectToServer, type McpConnection } from '../demo/mcp-client.ts';
import { askQuestions, type Question } from '../demo/questions.ts';
import { type Diagnostics, diagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit-code.ts';
import { fail } from '../failure.ts';
import { watchInterruption } from '../interruption.ts';
import type { Invocation } from '../invocation.ts';
import type { Output } from '../output.ts';

export interface DemoCommandOptions {
  readonly size: 'small' | 'medium';
  /** Keep the store, for later commands with `--demo`. */
  readonly keep: boolean;
}

/**
 * Shows the whole product on seeded data: sandbox, sync, questions through a real MCP client, and a quality report. The
 * user's store and configuration stay untouched.
 */
export async function demo(invocation: Invocation, options: DemoCommandOptions): Promise<number> {
  const { output } = invocation;
  if (options.keep && options.size !== SHARED_SIZE) throw sizeNotKept(options.size);
  const interruption = watchInterruption();
  await using open = new AsyncDisposableStack();
  open.defer(async () => interruption.release());
  try {
    const began = performance.now();
    const account = open.adopt(await openDemoAccount(invocation.env, options.size), (opened) => opened.close());
    if (!output.json) output.print(introduction());
    const record = await fillOwnStore(account, output, interruption.signal);
    if (!output.json) output.print(syncLine(record));
    const server = open.adopt(await connectToServer(account.own.env), (connection) => connection.close());
    const questions = await ask(server, output, interruption.signal);
    const demand = async (tool: string, input: Question['input']) => {
      const answer = await server.ask(tool, input, interruption.signal);
      if (!answer.ok) throw unanswered(tool, answer.text);
      return answer.structured;
    };
    const { counts } = diagnostics.parse(await demand('get_server_diagnostics', {})).store;
    const report = writtenReport.parse(
      await demand('generate_quality_report', {
        statuses: [...TEST_STATUSES, 'other'],
        output_file: `demo-${options.size}-${account.sandbox.now.slice(0, 10)}.html`,
        overwrite: true,
        freshness: 'cached',
      }),
    );
    await server.close();
    if (options.keep) await shareOwnStore(account);
    const result = resultOf(counts, record, questions, report.file.path, performance.now() - began);
    if (output.json) output.printJson(result);
    else output.print(endLines(result, report.completeness.missing));
    return questions.every(({ ok }) => ok) ? EXIT.done : EXIT.failed;
  } catch (thrown) {
    const interrupted = interruption.exitCode();
    if (interrupted === null) throw thrown;
    fail(output, cancelled(thrown));
    return interrupted;
  }
}

/** Asks the questions one after the other and shows each with its answer. */
async function ask(server: McpConnection, output: Output, signal: AbortSignal): Promise<Result['questions']> {
  const asked: Result['questions'] = [];
  await askQuestions(async (question: Question) => {
    const { ok, text, ms, structured } = await server.ask(question.tool, question.input, signal);
    asked.push({ tool: question.tool, question: question.question, ms, ok });
    if (!output.json) output.print(answerLines(question, { text, ms, number: asked.length }));
    return structured;
  });
  return asked;
}

function resultOf(
  counts: Diagnostics['store']['counts'],
  record: SyncRunRecord,
  questions: Result['questions'],
  reportPath: string,
  ms: number,
): Result {
  const { products, tests, bugs, people } = counts;
  return {
    products,
    tests,
    bugs,
    people,
    requests: record.requests,
    not_read: record.failures.length,
    questions,
    report_path: reportPath,
    duration_ms: Math.round(ms),
  };
}

function unanswered(tool: string, text: string): TestioError {
  return new TestioError({
    kind: 'internal',
    code: 'demo_question_failed',
    message: `The demo's server did not answer ${tool}: ${text}`,
  });
}

function sizeNotKept(size: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'size_not_kept',
    message: `--keep cannot keep the ${size} data: commands with --demo use the ${SHARED_SIZE} data.`,
    next: 'Leave out --keep or --size.',
  });
}
