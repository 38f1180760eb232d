import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, Asker } from './asker.ts';
import { bounded, type Findings, megabytes, milliseconds, quantile, told } from './figures.ts';
import { inNewHome, measureCommand, type SandboxProcess, startCommand, startSandbox } from './processes.ts';
import { inspectStore, type LoggedRun, walBytes } from './store-file.ts';
import type { RunRecord, SandboxIds } from './wire.ts';

const READERS = 4;
const REFRESHERS = 2;
const QUESTIONS_A_SECOND = 20;
const WAL_LIMIT_BYTES = 16 * 2 ** 20;
const SLOWER_AT_MOST = 3;
/** The first questions load what answers them. */
const FIRST_QUESTIONS = 8;
const EDIT_EVERY_MS = 250;
/** Nobody asks on while so many answers are missing. */
const MOST_OPEN = 100;

export interface ConcurrencyOptions {
  readonly seconds: number;
  readonly size: string;
}

/** Eight processes on one store at once: nothing gets lost, nobody is shown a lock, readers stay quick. */
export async function measureConcurrency({ seconds, size }: ConcurrencyOptions): Promise<Findings> {
  const sandbox = await startSandbox(['--size', size, '--latency-ms', '50']);
  try {
    return await inNewHome(async (home) => {
      await measureCommand(sandbox, home, ['sync', '--json']);
      const { ids } = await sandbox.control<SandboxIds>('state');
      const crowd = new Crowd(sandbox, home, ids, seconds * 1_000);
      return findings(seconds, size, await crowd.alone(), await crowd.together(), home);
    });
  } finally {
    await sandbox.stop();
  }
}

interface Together {
  readonly reading: readonly Answer[];
  readonly refreshing: readonly Answer[];
  readonly syncs: readonly { readonly code: number; readonly record: RunRecord }[];
  readonly edits: readonly Edit[];
  /** What the programs wrote to stderr. */
  readonly complaints: string;
  readonly walBytes: number;
}

interface Edit {
  readonly at: number;
  readonly id: number;
  readonly title: string;
}

class Crowd {
  readonly #sandbox: SandboxProcess;
  readonly #home: string;
  readonly #ids: SandboxIds['ids'];
  readonly #lengthMs: number;

  constructor(sandbox: SandboxProcess, home: string, ids: SandboxIds['ids'], lengthMs: number) {
    this.#sandbox = sandbox;
    this.#home = home;
    this.#ids = ids;
    this.#lengthMs = lengthMs;
  }

  /** The readers without anybody else. */
  async alone(): Promise<readonly Answer[]> {
    const readers = await this.#askers(READERS);
    const answers = await Promise.all(readers.map((reader) => this.#read(reader, performance.now() + this.#lengthMs)));
    await Promise.all(readers.map((reader) => reader.end()));
    return answers.flat();
  }

  /** All eight. */
  async together(): Promise<Together> {
    const readers = await this.#askers(READERS);
    const refreshers = await this.#askers(REFRESHERS);
    // A cycle every second, as far as the others let it.
    const cycling = await this.#servers(1, { TESTIO_REFRESH_INTERVAL_SECONDS: '4' });
    const end = performance.now() + this.#lengthMs;
    const edits: Edit[] = [];
    const syncs: { code: number; record: RunRecord }[] = [];
    const working = [
      Promise.all(readers.map((reader) => this.#read(reader, end))),
      Promise.all(refreshers.map((refresher) => this.#refresh(refresher, end))),
    ] as const;
    const others = Promise.all([this.#edit(edits, end), this.#sync(syncs, end)]);
    const [reading, refreshing] = await Promise.all(working);
    const wal = await walBytes(this.#home);
    await others;
    const all = [...readers, ...refreshers, ...cycling];
    await Promise.all(all.map((one) => one.end()));
    const complaints = all.map((one) => one.stderr).join('');
    return { reading: reading.flat(), refreshing: refreshing.flat(), syncs, edits, complaints, walBytes: wal };
  }

  /** Servers without background cycles that have answered before. */
  async #askers(count: number): Promise<Asker[]> {
    const askers = await this.#servers(count, { TESTIO_REFRESH_INTERVAL_SECONDS: '0' });
    const turns = Array.from({ length: FIRST_QUESTIONS }, (_, turn) => turn);
    await Promise.all(askers.flatMap((asker) => turns.map((turn) => this.#question(asker, turn))));
    return askers;
  }

  #servers(count: number, env: Record<string, string>): Promise<Asker[]> {
    const args = ['serve', '--quiet'];
    return Promise.all(
      Array.from({ length: count }, () =>
        Asker.connect(startCommand(this.#sandbox, this.#home, args, { LOG_LEVEL: 'warn', ...env })),
      ),
    );
  }

  async #read(reader: Asker, end: number): Promise<Answer[]> {
    const answers: Promise<Answer>[] = [];
    const pause = 1_000 / QUESTIONS_A_SECOND;
    for (let at = performance.now(); at < end; at += pause) {
      await sleep(Math.max(0, at - performance.now()));
      if (reader.open < MOST_OPEN) answers.push(this.#question(reader, answers.length));
    }
    return Promise.all(answers);
  }

  #question(reader: Asker, turn: number): Promise<Answer> {
    const freshness = 'cached';
    const kinds = [
      () => reader.ask('get_test_summary', { test_id: this.#some('tests'), freshness }),
      () => reader.ask('list_tests', { product_id: this.#some('products'), per_page: 20, freshness }),
      () => reader.ask('list_bugs', { product_id: this.#some('products'), per_page: 20, freshness }),
      () => reader.ask('search', { query: 'button', per_page: 10, freshness }),
    ];
    const [first] = kinds;
    return (kinds[turn % kinds.length] ?? first)?.() ?? Promise.reject(new Error('There are no questions.'));
  }

  async #refresh(refresher: Asker, end: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    while (performance.now() < end) {
      answers.push(await refresher.ask('get_test_summary', { test_id: this.#some('tests'), freshness: 'now' }));
      await sleep(100);
    }
    return answers;
  }

  async #edit(edits: Edit[], end: number): Promise<void> {
    while (performance.now() < end) {
      const [id, title] = [this.#some('bugs'), `Edit ${edits.length}`];
      const response = await fetch(new URL('/__sandbox/edits', this.#sandbox.url), {
        method: 'POST',
        body: JSON.stringify([{ op: 'change', kind: 'bug', id, set: { title } }]),
      });
      if (!response.ok) throw new Error(`The sandbox refused an edit: ${await response.text()}`);
      edits.push({ at: Date.now(), id, title });
      await sleep(EDIT_EVERY_MS);
    }
  }

  async #sync(syncs: { code: number; record: RunRecord }[], end: number): Promise<void> {
    do {
      const args = ['sync', '--full', '--json', '--wait', '120'];
      const { code, answer } = await measureCommand<RunRecord>(this.#sandbox, this.#home, args);
      syncs.push({ code, record: answer });
    } while (performance.now() < end);
  }

  #some(kind: 'products' | 'tests' | 'bugs'): number {
    const ids = this.#ids[kind];
    const id = ids[Math.floor(Math.random() * ids.length)];
    if (id === undefined) throw new Error(`The sandbox has no ${kind}.`);
    return id;
  }
}

function findings(seconds: number, size: string, alone: readonly Answer[], together: Together, home: string): Findings {
  const { reading, refreshing, syncs, edits, complaints } = together;
  const { integrity, runs, bugTitles } = inspectStore(home);
  const answers = [...alone, ...reading, ...refreshing];
  const errors = answers.filter((answer) => answer.isError);
  const locks = answers.filter((answer) => answer.isError && isLock(answer.text)).length + (isLock(complaints) ? 1 : 0);
  const badSyncs = syncs.filter(({ code }) => code !== 0 && code !== 3);
  const [lost, settled] = lostEdits(edits, syncs, bugTitles);
  const overlapping = overlaps(runs);
  const [before, during] = [alone, reading].map((some) =>
    quantile(
      some.map((answer) => answer.ms),
      0.99,
    ),
  ) as [number, number];
  const ratio = during / before;
  const servers = runs.filter((run) => run.trigger !== 'cli').length;
  return {
    name: 'concurrency',
    title: 'Eight processes on one store',
    method:
      `A store of a sandbox of size ${size} that answers after 50 ms, for ${seconds} s: ${READERS} servers asked ${QUESTIONS_A_SECOND} questions a ` +
      `second each (one test, a list of tests, a list of bugs, a search), ${REFRESHERS} asked with \`freshness: now\` one question after the other, one with a ` +
      `background cycle every second, and \`testio-mcp sync --full\` again and again; meanwhile somebody changes the title of a bug ${1_000 / EDIT_EVERY_MS} times a ` +
      'second. All are processes of their own, started from sources, and answered a few questions before. A change counts as lost when it was made before the last full sync began and is not in the ' +
      'store after everything has ended. The time of an answer is measured at the client. Before that the same readers were asked for as long with nobody else at work.',
    figures: [
      bounded('Lock errors shown', String(locks), '0', locks === 0),
      bounded(
        'Other errors shown',
        String(errors.length + badSyncs.length - locks),
        '0',
        errors.length + badSyncs.length === locks,
      ),
      bounded('Changes lost', `${lost} of ${settled}`, '0', lost === 0 && settled > 0),
      bounded('Runs that overlapped', `${overlapping} of ${runs.length}`, '0', overlapping === 0),
      bounded('Integrity of the file', integrity, 'ok', integrity === 'ok'),
      bounded(
        'Write-ahead log at the end',
        megabytes(together.walBytes),
        '<= 16 MiB',
        together.walBytes <= WAL_LIMIT_BYTES,
      ),
      bounded('p99 of readers / without a sync', ratio.toFixed(2), `<= ${SLOWER_AT_MOST}`, ratio <= SLOWER_AT_MOST),
      told('p50, p99 of readers without a sync', quantiles(alone)),
      told('p50, p99 of readers', quantiles(reading)),
      told('p50, p99 with refresh', quantiles(refreshing)),
      told('Answers', `${alone.length} alone, ${reading.length} and ${refreshing.length} with refresh together`),
      told('Runs', `${syncs.length} full by the command, ${servers} by servers`),
    ],
  };
}

function quantiles(answers: readonly Answer[]): string {
  const times = answers.map((answer) => answer.ms);
  return [0.5, 0.99].map((part) => milliseconds(quantile(times, part))).join(', ');
}

function isLock(text: string): boolean {
  return /SQLITE_BUSY|store_busy|database is locked/i.test(text);
}

/** Changes that the last full sync must have seen, and those of them that are not in the store. */
function lostEdits(edits: readonly Edit[], syncs: Together['syncs'], titles: ReadonlyMap<number, string>) {
  const began = syncs.filter(({ code }) => code === 0 || code === 3).map(({ record }) => Date.parse(record.started_at));
  const settledAt = Math.max(0, ...began);
  const last = new Map(edits.map((edit) => [edit.id, edit]));
  // A bug that was changed again later tells nothing about its earlier change.
  const settled = [...last.values()].filter((edit) => edit.at < settledAt);
  return [settled.filter((edit) => titles.get(edit.id) !== edit.title).length, settled.length] as const;
}

/** Runs that began before the one before them had ended. */
function overlaps(runs: readonly LoggedRun[]): number {
  return runs.filter((run, index) => {
    const before = runs[index - 1];
    return before !== undefined && (before.finished_at === null || run.started_at < before.finished_at);
  }).length;
}
