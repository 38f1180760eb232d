import { bounded, type Findings, median, megabytes, seconds, told } from './figures.ts';
import { inNewHome, measureCommand, type SandboxProcess, startSandbox } from './processes.ts';
import { spreadText } from './rounds.ts';
import { storeFile } from './store-file.ts';
import type { RunRecord, SandboxCounts, SandboxIds } from './wire.ts';
import { writeRowsAgain } from './write-floor.ts';

const ROUNDS = 3;
const LEAST_WRITE_RATIO = 0.3;
const AT_A_TIME = 10;
const CHANGED_PART = 0.01;

interface Round {
  readonly first: RunRecord;
  readonly quiet: RunRecord;
  readonly changed: RunRecord;
  /** Milliseconds of the requests of the run and nothing else. */
  readonly fetching: { readonly first: number; readonly quiet: number };
  /** Milliseconds of writing the same rows, and nothing else. */
  readonly writing: number;
  readonly bytes: number;
  readonly edits: number;
}

/** What syncs cost beside their requests and beside the rows they write. */
export async function measureSyncs(): Promise<Findings> {
  const rounds: Round[] = [];
  let counts: SandboxCounts['counts'] | undefined;
  while (rounds.length < ROUNDS) {
    // A new one each time, because its account is changed.
    const sandbox = await startSandbox(['--size', 'medium']);
    try {
      counts = (await sandbox.control<SandboxCounts>('state')).counts;
      rounds.push(await inNewHome((home) => oneRound(sandbox, home)));
    } finally {
      await sandbox.stop();
    }
  }
  const of = (read: (round: Round) => number) => rounds.map(read);
  const ratios = of(({ first, writing }) => writing / first.duration_ms);
  const ratio = median(ratios);
  const [last] = rounds.slice(-1);
  const bytes = median(of((round) => round.bytes));
  const perRequest = (read: (round: Round) => number) => seconds(median(of(read)));
  return {
    name: 'syncs',
    title: 'Syncs without a network to wait for',
    method:
      `${ROUNDS} times, of a sandbox of size medium that answers at once, by the command from sources: a first sync, one with nothing new, and one after ` +
      `${CHANGED_PART * 100} % of the tests and bugs were changed. In between, in the same run: the same requests, ${AT_A_TIME} at a time, by a loop that throws the answers away; ` +
      'and all rows of the store written into an empty one of the same tables, indexes and triggers by prepared statements of the same driver, one transaction per thousand.',
    figures: [
      bounded(
        'Write speed of a first sync / prepared statements',
        spreadText({ median: ratio, min: Math.min(...ratios), max: Math.max(...ratios) }),
        `>= ${LEAST_WRITE_RATIO}`,
        ratio >= LEAST_WRITE_RATIO,
      ),
      bounded(
        'Rows written by a sync with nothing new',
        String(last?.quiet.rows_written),
        '0',
        of(({ quiet }) => quiet.rows_written).every((rows) => rows === 0),
      ),
      told(
        'First sync: time, requests alone, rows alone',
        `${perRequest(({ first }) => first.duration_ms)}, ${perRequest(({ fetching }) => fetching.first)}, ${perRequest(({ writing }) => writing)}`,
      ),
      told('First sync: requests, rows', `${last?.first.requests}, ${last?.first.rows_written}`),
      told(
        'Nothing new: time, requests alone',
        `${perRequest(({ quiet }) => quiet.duration_ms)}, ${perRequest(({ fetching }) => fetching.quiet)}`,
      ),
      told('Nothing new: requests', String(last?.quiet.requests)),
      told(
        '1 % changed: time, requests',
        `${perRequest(({ changed }) => changed.duration_ms)}, ${last?.changed.requests}`,
      ),
      told('1 % changed: rows written for as many changes', `${last?.changed.rows_written} for ${last?.edits}`),
      told('Store', `${megabytes(bytes)}; ${megabytes((bytes / (counts?.tests ?? 1)) * 1_000)} for 1,000 tests`),
    ],
  };
}

async function oneRound(sandbox: SandboxProcess, home: string): Promise<Round> {
  const sync = async () => {
    await sandbox.forgetRequests();
    const { answer } = await measureCommand<RunRecord>(sandbox, home, ['sync', '--json']);
    return answer;
  };
  const first = await sync();
  const fetchingFirst = await fetchAgain(sandbox);
  const { writing, bytes } = await writeRowsAgain(storeFile(home));
  const quiet = await sync();
  const fetchingQuiet = await fetchAgain(sandbox);
  const edits = await changeSome(sandbox);
  const changed = await sync();
  return { first, quiet, changed, fetching: { first: fetchingFirst, quiet: fetchingQuiet }, writing, bytes, edits };
}

/** Asks for everything that was asked for since the requests were forgotten. */
async function fetchAgain(sandbox: SandboxProcess): Promise<number> {
  const logged = await sandbox.control<readonly { method: string; path: string; query: string }[]>('requests');
  const waiting = logged.filter(({ method }) => method === 'GET');
  const began = performance.now();
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const url = new URL(next.query === '' ? next.path : `${next.path}?${next.query}`, sandbox.url);
      const answer = await fetch(url, { headers: { authorization: `Token ${sandbox.token}` } });
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return performance.now() - began;
}

async function changeSome(sandbox: SandboxProcess): Promise<number> {
  const { ids } = await sandbox.control<SandboxIds>('state');
  const every = Math.round(1 / CHANGED_PART);
  const edits = (['test', 'bug'] as const).flatMap((kind) =>
    ids[`${kind}s`]
      .filter((_, index) => index % every === 0)
      .map((id) => ({ op: 'change', kind, id, set: { title: `Changed ${kind} ${id}` } })),
  );
  const answer = await fetch(new URL('/__sandbox/edits', sandbox.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(edits),
  });
  if (!answer.ok) throw new Error(`The sandbox refused the changes: ${await answer.text()}`);
  return edits.length;
}
