import { once } from 'node:events';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { Asker } from './asker.ts';
import { bounded, type Figure, type Findings, milliseconds, quantile, told } from './figures.ts';
import { inNewHome, measureCommand, type SandboxProcess, startCommand, startSandbox } from './processes.ts';
import type { RunRecord } from './wire.ts';

const TIMES = 60;
const REPORT_MS = 100;
const REPORT_TOKENS = 4_000;
/** What a grouping of a whole account may take, by the number of its bugs. */
const GROUPING_MS = { medium: 25, large: 300 } as const;
const PAIRS = ['severity,month', 'product,severity', 'tester,month', 'feature,severity', 'device_os,browser'];

type Size = keyof typeof GROUPING_MS;

/** How long reports and groupings take a server that has its store open and was asked before. */
export async function measureAnalytics(): Promise<Findings> {
  return {
    name: 'analytics',
    title: 'Reports and groupings',
    method:
      'A server over stdio, from sources, on a synced store: questions with `freshness` cached, one after the other, each ' +
      `asked ${TIMES} times after the first, timed at the client. The report is that of the product with most tests, inline; ` +
      'tokens are those of its structured answer (o200k). Groupings are of all bugs of the account, by two dimensions.',
    figures: [...(await figuresOf('medium')), ...(await figuresOf('large'))],
  };
}

async function figuresOf(size: Size): Promise<Figure[]> {
  const sandbox = await startSandbox(['--size', size]);
  try {
    return await inNewHome(async (home) => {
      await measureCommand<RunRecord>(sandbox, home, ['sync', '--json']);
      return asked(sandbox, home, (asker) => (size === 'medium' ? mediumFigures(asker) : groupings(asker, size)));
    });
  } finally {
    await sandbox.stop();
  }
}

async function asked<T>(sandbox: SandboxProcess, home: string, work: (asker: Asker) => Promise<T>): Promise<T> {
  const child = startCommand(sandbox, home, ['serve'], { TESTIO_REFRESH_INTERVAL_SECONDS: '0' });
  await once(child, 'spawn');
  const asker = await Asker.connect(child);
  try {
    return await work(asker);
  } finally {
    await asker.end();
  }
}

interface Report {
  readonly summary: { readonly total_tests: number; readonly total_bugs: number };
}

async function mediumFigures(asker: Asker): Promise<Figure[]> {
  const { structured } = await asker.ask('query_metrics', {
    metrics: ['test_count'],
    dimensions: ['product'],
    limit: 1,
  });
  const [largest] = (structured as { rows: readonly { product_id: number }[] }).rows;
  const { times, last } = await timed(asker, 'generate_quality_report', { product_ids: [largest?.product_id] });
  const { total_tests, total_bugs } = (last as Report).summary;
  const [p95, tokens] = [quantile(times, 0.95), countTokens(JSON.stringify(last))];
  return [
    told('Scope of the report', `${total_tests} tests, ${total_bugs} bugs`),
    told('Report, median', milliseconds(quantile(times, 0.5))),
    bounded('Report, p95', milliseconds(p95), `<= ${REPORT_MS} ms`, p95 <= REPORT_MS),
    bounded('Report, tokens inline', String(tokens), `<= ${REPORT_TOKENS}`, tokens <= REPORT_TOKENS),
    ...(await groupings(asker, 'medium')),
  ];
}

async function groupings(asker: Asker, size: Size): Promise<Figure[]> {
  const limit = GROUPING_MS[size];
  const { structured } = await asker.ask('query_metrics', { metrics: ['bug_count'] });
  const { bug_count } = (structured as { totals: { bug_count: number } }).totals;
  const figures: Figure[] = [told('Bugs of the account', String(bug_count))];
  for (const pair of PAIRS) {
    const { times } = await timed(asker, 'query_metrics', {
      metrics: ['bug_count', 'rejection_rate'],
      dimensions: pair,
    });
    const p95 = quantile(times, 0.95);
    figures.push(
      bounded(
        `${bug_count} bugs by ${pair.replace(',', ' and ')}, p95`,
        milliseconds(p95),
        `<= ${limit} ms`,
        p95 <= limit,
      ),
    );
  }
  return figures;
}

async function timed(asker: Asker, name: string, input: Readonly<Record<string, unknown>>) {
  const question = { ...input, freshness: 'cached' };
  await asker.ask(name, question);
  const times: number[] = [];
  let last: unknown;
  while (times.length < TIMES) {
    const { isError, text, ms, structured } = await asker.ask(name, question);
    if (isError) throw new Error(`${name}: ${text}`);
    times.push(ms);
    last = structured;
  }
  return { times, last };
}
