import { bounded, type Findings, median, megabytes, milliseconds, quantile, told } from './figures.ts';
import { type HttpAnswer, HttpClient } from './http-client.ts';
import {
  inNewHome,
  measureCommand,
  type ServerProcess,
  startNoOpServer,
  startSandbox,
  startServer,
} from './processes.ts';
import type { RunRecord, SandboxIds } from './wire.ts';

const LEAST_RATIO = 0.6;
/** Between the first third of the mixed load and its end. */
const MOST_GROWTH = 1.1;
/** Turns of the two servers: whatever else the machine does meanwhile hits both. */
const SLICES = 5;
/** Part of the time in which the two are compared. */
const COMPARED = 0.5;

type Ask = (client: HttpClient, turn: number) => Promise<HttpAnswer>;

interface Load {
  readonly answers: readonly HttpAnswer[];
  readonly perSecond: number;
}

/** How many clients one server answers over HTTP, beside a server of the same SDK that does nothing. */
export async function measureHttpLoad(options: {
  readonly seconds: number;
  readonly size: string;
  readonly clients: number;
}): Promise<Findings> {
  const { seconds, size, clients } = options;
  const sandbox = await startSandbox(['--size', size]);
  try {
    return await inNewHome(async (home) => {
      await measureCommand<RunRecord>(sandbox, home, ['sync', '--json']);
      const { ids } = await sandbox.control<SandboxIds>('state');
      const servers = [await startNoOpServer(), await startServer(sandbox, home, LOADED)] as const;
      try {
        return await measure(servers, questionsAbout(ids), { seconds, size, clients });
      } finally {
        await Promise.all(servers.map((server) => server.stop()));
      }
    });
  } finally {
    await sandbox.stop();
  }
}

const LOADED = { TESTIO_REFRESH_INTERVAL_SECONDS: '0', TESTIO_HTTP_REQUESTS_PER_MINUTE: '0', LOG_LEVEL: 'warn' };

function questionsAbout(ids: SandboxIds['ids']): { readonly summary: Ask; readonly mixed: Ask } {
  const some = (kind: keyof typeof ids, turn: number) => ids[kind][(turn * 7) % ids[kind].length];
  const summary: Ask = (client, turn) => client.ask('get_product_summary', { product_id: some('products', turn) });
  const kinds: readonly Ask[] = [
    summary,
    (client, turn) => client.ask('list_tests', { product_id: some('products', turn), per_page: 20 }),
    (client, turn) => client.ask('get_test_summary', { test_id: some('tests', turn) }),
    (client, turn) => client.ask('list_bugs', { product_id: some('products', turn), per_page: 20 }),
    (client, turn) => client.ask('get_bug_summary', { bug_id: some('bugs', turn) }),
    (client) => client.ask('search', { query: 'button', per_page: 10 }),
    (client) => client.ask('query_metrics', { metrics: ['bug_count'], dimensions: ['severity'] }),
    (client) => client.ask('list_products', {}),
  ];
  return { summary, mixed: (client, turn) => (kinds[turn % kinds.length] ?? summary)(client, turn) };
}

async function measure(
  [floor, ours]: readonly [ServerProcess, ServerProcess],
  { summary, mixed }: ReturnType<typeof questionsAbout>,
  { seconds, size, clients }: { readonly seconds: number; readonly size: string; readonly clients: number },
): Promise<Findings> {
  const [floorClients, ourClients] = (await Promise.all(
    [floor, ours].map(({ address }) => Promise.all(Array.from({ length: clients }, () => HttpClient.connect(address)))),
  )) as [HttpClient[], HttpClient[]];
  const noOp: Ask = (client) => client.ask('no_op', {});
  const sliceMs = (seconds * 1_000 * COMPARED) / SLICES;
  // Both have compiled what they need before anything is measured.
  await load(floorClients, noOp, sliceMs);
  await load(ourClients, mixed, sliceMs);
  const [floors, summaries]: [Load[], Load[]] = [[], []];
  for (let slice = 0; slice < SLICES; slice += 1) {
    floors.push(await load(floorClients, noOp, sliceMs));
    summaries.push(await load(ourClients, summary, sliceMs));
  }
  const early = await load(ourClients, mixed, (seconds * 1_000) / 3);
  const before = ours.residentBytes();
  const late = await load(ourClients, mixed, (seconds * 1_000 * 2) / 3);
  const growth = ours.residentBytes() / before;
  for (const client of [...floorClients, ...ourClients]) client.end();

  const answers = [...summaries, early, late].flatMap((each) => each.answers);
  const errors = answers.filter(({ isError }) => isError);
  const ratio = median(summaries.map(({ perSecond }, slice) => perSecond / (floors[slice]?.perSecond ?? Number.NaN)));
  const [p95Floor, p95Summary, p95Mixed] = [floors, summaries, [early, late]].map(p95) as [number, number, number];
  return {
    name: 'http-load',
    title: `${clients} clients over HTTP`,
    method:
      `One server process with a store of a sandbox of size ${size}, and one of the same SDK and HTTP library whose one tool does nothing; ${clients} clients of ` +
      'each with a session and a connection of their own, in one process, each of which asks again as soon as it has its answer. The two were asked in ' +
      `turns, ${SLICES} times ${(sliceMs / 1_000).toFixed(1)} s each; then ours for ${seconds} s with questions of eight kinds in turn (summaries of a product, a test and a bug, ` +
      'lists of products, tests and bugs, a search, a metric). Nothing was asked of the API. Memory is the resident size of the server.',
    figures: [
      bounded('Errors', `${errors.length} of ${answers.length}`, '0', errors.length === 0 && answers.length > 0),
      bounded('Throughput of get_product_summary / no-op', ratio.toFixed(2), `>= ${LEAST_RATIO}`, ratio >= LEAST_RATIO),
      bounded('Memory at the end / after a third', growth.toFixed(2), `<= ${MOST_GROWTH}`, growth <= MOST_GROWTH),
      told('Throughput of mixed questions / no-op', (perSecond([early, late]) / perSecond(floors)).toFixed(2)),
      told(
        'p95 / no-op: get_product_summary, mixed',
        [p95Summary, p95Mixed].map((ms) => (ms / p95Floor).toFixed(2)).join(', '),
      ),
      told(
        'Answers a second: no-op, get_product_summary, mixed',
        [floors, summaries, [early, late]].map((loads) => perSecond(loads).toFixed(0)).join(', '),
      ),
      told('p95: no-op, get_product_summary, mixed', [p95Floor, p95Summary, p95Mixed].map(milliseconds).join(', ')),
      told('Memory after a third', megabytes(before)),
    ],
  };
}

/** Lets every client ask one question after the other for so long. */
async function load(clients: readonly HttpClient[], ask: Ask, ms: number): Promise<Load> {
  const began = performance.now();
  const asked = clients.map(async (client, index) => {
    const answers: HttpAnswer[] = [];
    while (performance.now() - began < ms) answers.push(await ask(client, answers.length + index));
    return answers;
  });
  const answers = (await Promise.all(asked)).flat();
  return {
    answers: answers.map(({ text, ...rest }) => ({ ...rest, text: rest.isError ? text : '' })),
    perSecond: (answers.length * 1_000) / (performance.now() - began),
  };
}

function p95(loads: readonly Load[]): number {
  const times = loads.flatMap(({ answers }) => answers.map(({ ms }) => ms));
  return quantile(times, 0.95);
}

function perSecond(loads: readonly Load[]): number {
  return median(loads.map((each) => each.perSecond));
}
