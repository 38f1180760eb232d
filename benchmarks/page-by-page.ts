import { connectOurs } from './clients.ts';
import { bounded, type Findings, median, milliseconds, seconds, told } from './figures.ts';
import { inNewHome, measureCommand, type SandboxProcess, startSandbox } from './processes.ts';
import { takeTurns } from './rounds.ts';
import type { RunRecord } from './wire.ts';

const LATENCY_MS = 200;
const TESTS_A_PAGE = 25;
const LEAST = 100;
const QUESTION = 'How many bugs of each status and severity did each test of this product find?';

interface Walk {
  readonly requests: number;
  readonly ms: number;
  readonly bugs: number;
}

/** What the copy saves: the same question, asked of the API page by page. */
export async function measurePageByPage(): Promise<Findings> {
  const sandbox = await startSandbox(['--size', 'medium', '--latency-ms', String(LATENCY_MS)]);
  try {
    return await inNewHome(async (home) => {
      const { answer: first } = await measureCommand<RunRecord>(sandbox, home, ['sync', '--json']);
      const product = await largestProduct(home);
      const single = await walk(sandbox, product, 1);
      const many = await walk(sandbox, product, 15);
      await sandbox.forgetRequests();
      const ours = await askOurs(sandbox, home, product);
      const requests = await sandbox.countRequests();
      const fewer = single.requests / Math.max(1, requests);
      const faster = single.ms / ours.ms;
      return {
        name: 'page-by-page',
        title: 'The same question without a copy',
        method:
          `"${QUESTION}", asked of the largest product of a sandbox of size medium that answers after ${LATENCY_MS} ms: of our server over stdio (list_tests with bug ` +
          `counts, every page of it, when the copy is fresh), and by a client that reads the API, ${TESTS_A_PAGE} tests a page and then the bugs of each test, one request after the other. ` +
          'No request of ours counts as one, so that there is a ratio. That client loses the pages on which a test cannot be read. What the copy cost before stands below.',
        figures: [
          bounded('Requests, times fewer', fewer.toFixed(0), `>= ${LEAST}`, fewer >= LEAST),
          bounded('Wall time, times less', faster.toFixed(0), `>= ${LEAST}`, faster >= LEAST),
          bounded(
            'Bugs counted, ours and theirs',
            `${ours.bugs}, ${single.bugs}`,
            'no fewer',
            ours.bugs >= single.bugs && single.bugs > 0,
          ),
          told('Ours', `${requests} requests, ${milliseconds(ours.ms)}`),
          told('Page by page, bugs of one test a request', `${single.requests} requests, ${seconds(single.ms)}`),
          told('Page by page, bugs of 15 tests a request', `${many.requests} requests, ${seconds(many.ms)}`),
          told('The first sync, once, of all products', `${first.requests} requests, ${seconds(first.duration_ms)}`),
        ],
      };
    });
  } finally {
    await sandbox.stop();
  }
}

/** Reads what the question needs, as a program without a copy would. */
async function walk(sandbox: SandboxProcess, product: number, testsARequest: number): Promise<Walk> {
  const began = performance.now();
  let requests = 0;
  const get = async (path: string): Promise<Record<string, { id: number }[]>> => {
    requests += 1;
    const answer = await fetch(`${sandbox.url}${path}`, { headers: { authorization: `Token ${sandbox.token}` } });
    // A page with a test that cannot be read is left out, as such programs do.
    return answer.ok ? ((await answer.json()) as Record<string, { id: number }[]>) : {};
  };
  await get('/products');
  const tests: number[] = [];
  for (let page = 1; ; page += 1) {
    const { exploratory_tests: found } = await get(
      `/products/${product}/exploratory_tests?page=${page}&per_page=${TESTS_A_PAGE}`,
    );
    if (found?.length === 0) break;
    tests.push(...(found ?? []).map(({ id }) => id));
  }
  let bugs = 0;
  for (let start = 0; start < tests.length; start += testsARequest) {
    const ids = tests.slice(start, start + testsARequest).join(',');
    bugs += (await get(`/bugs?filter_test_cycle_ids=${ids}`)).bugs?.length ?? 0;
  }
  return { requests, ms: performance.now() - began, bugs };
}

async function largestProduct(home: string): Promise<number> {
  const server = await connectOurs('in memory', home);
  try {
    const { products } = (await server.ask('list_products', { freshness: 'cached' })) as {
      products: { id: number; test_count: number }[];
    };
    return products.reduce((most, one) => (one.test_count > most.test_count ? one : most)).id;
  } finally {
    await server.close();
  }
}

/** Asks a server whose copy was just synced, and which would ask the API if it thought that it must. */
async function askOurs(sandbox: SandboxProcess, home: string, product: number): Promise<{ ms: number; bugs: number }> {
  const server = await connectOurs('stdio', home, {
    TESTIO_CUSTOMER_API_BASE_URL: sandbox.url,
    TESTIO_CUSTOMER_API_TOKEN: sandbox.token,
  });
  let bugs = 0;
  const run = async () => {
    bugs = 0;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const input = { product_id: product, include_bug_counts: true, per_page: 200, ...(cursor && { cursor }) };
      const { tests, next_cursor } = (await server.ask('list_tests', input)) as {
        tests: { bugs: { total: number } }[];
        next_cursor?: string | null;
      };
      bugs += tests.reduce((sum, test) => sum + test.bugs.total, 0);
      cursor = next_cursor ?? null;
    }
  };
  try {
    const times = await takeTurns([{ name: 'ours', run }], { rounds: 3, ms: 500, calls: 20 });
    return { ms: median((times.get('ours') ?? []).flat()), bugs };
  } finally {
    await server.close();
  }
}
