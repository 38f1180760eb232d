import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { createApiClient } from '@testio-mcp/api-client';
import { listOpenFailures, openStore, type ReadScope, type Store } from '@testio-mcp/persistence';
import type { Sandbox } from '@testio-mcp/sandbox';
import pLimit from 'p-limit';
import { afterAll, expect, test } from 'vitest';
import { readDueTests } from '../../src/due-tests.ts';
import { planSync, runSync, type SyncMode } from '../../src/index.ts';
import { PAGE_SIZE } from '../../src/page-window.ts';
import { allPoints, type CrashPoint, crash, type MortalSync, measure, spread } from '../crash-points.ts';
import { emptyStore, sandboxOf } from '../harness.ts';
import { Dice, History } from '../random-history.ts';
import { contentsOf, hashOf } from '../store-contents.ts';

/** Points tried on the small account, over all scenarios, and on the medium one. Their numbers go up to some hundreds. */
const POINTS = Number(env.CRASH_POINTS ?? 12);
const MEDIUM_POINTS = Number(env.CRASH_POINTS_MEDIUM ?? 1);
const AT_A_TIME = 2;
const EDITS = 14;
const DICE_SEED = 2;
const MINUTE = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'testio-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Scenario {
  readonly name: string;
  readonly sandbox: Sandbox;
  /** The store as it is when the run begins. */
  readonly template: string;
  readonly mode: SyncMode;
  /** Whether the stored answers about tests count: those of tests that are read alone stay as the list had them. */
  readonly withTestAnswers: boolean;
}

/** How a point went: what was wrong, and the requests of the run that followed. */
interface Verdict {
  readonly point: string;
  readonly wrong: readonly string[];
  readonly requests: number;
}

test(`a first sync, an incremental and a full one are killed at ${POINTS} points, and the next sync makes the store whole`, {
  timeout: 60 * MINUTE,
}, async () => {
  const fresh = await sandboxOf();
  const changed = await sandboxOf();
  changed.edit(changed.state().poisoned.map((id) => ({ op: 'cure', id })));
  const synced = await syncedTemplate(changed, 'synced.db');
  const history = new History(changed, new Dice(DICE_SEED), 'lively');
  history.begin();
  for (let edit = 0; edit < EDITS; edit += 1) await history.step();
  const empty = await emptyTemplate('empty.db');
  await killAndResume(
    [
      { name: 'first', sandbox: fresh, template: empty, mode: 'incremental', withTestAnswers: true },
      { name: 'incremental', sandbox: changed, template: synced, mode: 'incremental', withTestAnswers: false },
      { name: 'full', sandbox: changed, template: synced, mode: 'full', withTestAnswers: false },
    ],
    POINTS,
  );
});

test(`a first sync of a typical account is killed at ${MEDIUM_POINTS} points, and the next sync makes the store whole`, {
  timeout: 60 * MINUTE,
}, async () => {
  const sandbox = await sandboxOf({ size: 'medium' });
  const template = await emptyTemplate('medium.db');
  await killAndResume(
    [{ name: 'medium', sandbox, template, mode: 'incremental', withTestAnswers: true }],
    MEDIUM_POINTS,
  );
});

/** The clock of every store here: of the sandbox, so that what is due by time is due. */
const CLOCK_BACK_MS = Date.now() - Date.parse('2026-03-17T00:00:00Z');
const clock = { now: () => Date.now() - CLOCK_BACK_MS };

async function killAndResume(scenarios: readonly Scenario[], most: number): Promise<void> {
  const prepared = await Promise.all(scenarios.map(prepare));
  const points = prepared.flatMap((one) => allPoints(one.size).map((point) => ({ scenario: one, point })));
  const chosen = spread(points, most);
  const verdicts = await pLimit(AT_A_TIME).map(chosen, ({ scenario, point }) => tryPoint(scenario, point));
  for (const { name, size } of prepared) {
    const own = verdicts.filter((verdict) => verdict.point.startsWith(`${name} `));
    const asked = own.map((verdict) => verdict.requests).sort((a, b) => a - b);
    const whole = own.filter((verdict) => verdict.wrong.length === 0).length;
    process.stderr.write(
      `crash matrix, ${name} (${size.requests} requests, ${size.commits} commits): ${whole} of ${own.length} points whole; ` +
        `requests of the next sync ${asked.at(0)} to ${asked.at(-1)}, median ${asked[asked.length >> 1]}\n`,
    );
  }
  expect(verdicts.filter((verdict) => verdict.wrong.length > 0)).toEqual([]);
  expect(verdicts).toHaveLength(Math.min(most, points.length));
}

/** Counts what the run consists of, and makes the copy that everything must come to. */
async function prepare(scenario: Scenario) {
  const size = await measure(mortalSync(scenario, 'measured'));
  const store = await emptyStore(clock);
  const record = await runSync({ store, api: clientFor(scenario), clock }, { trigger: 'test', mode: 'full' });
  return { ...scenario, size, status: record.status, wanted: await hashIn(store, scenario) };
}

async function tryPoint(
  scenario: Awaited<ReturnType<typeof prepare>>,
  { when, what, nth }: CrashPoint,
): Promise<Verdict> {
  const point = `${scenario.name} ${when} ${what} ${nth}`;
  const sync = mortalSync(scenario, point.replaceAll(' ', '-'));
  const began = clock.now();
  const killed = await crash(sync, { when, what, nth });
  const wrong = killed === true ? [] : [`it was not reached: ${killed}`];
  const store = await openStore({ file: sync.file, clock });
  const asked: string[] = [];
  try {
    const settled = await store.read((scope) => settledBy(scope, began));
    wrong.push(...(await store.read(damageIn)));
    const plan = await planSync({ store, clock }, {});
    const deps = { store, api: clientFor(scenario, asked), clock, lease: { ttlMs: 60_000 } };
    const record = await runSync(deps, { trigger: 'test', waitMs: MINUTE });
    if (record.status !== scenario.status) wrong.push(`the next run ended as ${record.status}`);
    if ((await hashIn(store, scenario)) !== scenario.wanted) wrong.push('the copies differ');
    const open = await store.read((scope) => listOpenFailures(scope));
    if (open.length !== record.failures.length) wrong.push(`${open.length} failures are open`);
    wrong.push(...(await store.read(unrepaired)));
    // One more than at the first time, because pages are asked for ahead of the end of a list.
    if (asked.length > scenario.size.requests + 1) wrong.push(`the next run took ${asked.length} requests`);
    const planned = new Map(plan.phases.map((phase) => [`${phase.phase} ${phase.product_id}`, phase.requests]));
    wrong.push(...askedAgain(asked, settled, (productId) => planned.get(`tests ${productId}`) ?? 0));
  } finally {
    await store.close();
    for (const end of ['', '-wal', '-shm']) rmSync(sync.file + end, { force: true });
  }
  return { point, wrong, requests: asked.length };
}

/** What the killed run had done with, so that the next one need not ask for it again. */
interface Settled {
  readonly reasons: boolean;
  /** Products whose test lists it had read as far as they were to be. */
  readonly products: readonly number[];
  /** Tests whose bugs it had read, if nothing makes them due in every run. */
  readonly bugsOf: ReadonlySet<number>;
}

async function settledBy(scope: ReadScope, began: number): Promise<Settled> {
  const { db } = scope;
  const account = await db.selectFrom('account').select('reject_reasons_at').executeTakeFirstOrThrow();
  const products = await db
    .selectFrom('product_freshness')
    .select('product_id')
    .where('tests_discovered_at', '>=', began)
    .execute();
  const ofAll = await db.selectFrom('products').select('id').execute();
  const loaded = await db.selectFrom('test_freshness').select('test_id').where('bugs_at', '>=', began).execute();
  const due = await Promise.all(
    ofAll.map(({ id }) => readDueTests(scope, id, { only: loaded.map((row) => row.test_id) }, [], clock.now())),
  );
  const believed = due.flat().filter((test) => test.bugs === null);
  return {
    reasons: (account.reject_reasons_at ?? 0) >= began,
    products: products.map((row) => row.product_id),
    bugsOf: new Set(believed.map((test) => test.id)),
  };
}

/** What the next run asked for although the killed one had it. */
function askedAgain(asked: readonly string[], settled: Settled, planned: (productId: number) => number): string[] {
  const again: string[] = [];
  if (settled.reasons && asked.some((path) => path.startsWith('/bugs/reject_reasons'))) again.push('reasons again');
  for (const id of settled.products) {
    // Smaller pages are those of positions that can never be read.
    const isPage = (path: string) =>
      path.startsWith(`/products/${id}/exploratory_tests`) && path.endsWith(`per_page=${PAGE_SIZE}`);
    const pages = asked.filter(isPage).length;
    if (pages > planned(id)) again.push(`${pages} pages of product ${id} instead of ${planned(id)}`);
  }
  const bugsOf = asked.flatMap((path) => /filter_test_cycle_ids=([\d,]+)/.exec(path)?.[1]?.split(',') ?? []);
  const repeated = bugsOf.filter((id) => settled.bugsOf.has(Number(id)));
  if (repeated.length > 0) again.push(`bugs of ${repeated.join(', ')} again`);
  return again;
}

/** What SQLite finds wrong in the file. */
async function damageIn({ db }: ReadScope): Promise<string[]> {
  const check = (pragma: string) =>
    db
      .selectFrom(pragma as 'account')
      .selectAll()
      .execute();
  const [integrity, keys] = [await check('pragma_integrity_check'), await check('pragma_foreign_key_check')];
  const isWhole = JSON.stringify(integrity) === '[{"integrity_check":"ok"}]' && keys.length === 0;
  return isWhole ? [] : [`the file is damaged: ${JSON.stringify([...integrity, ...keys])}`];
}

/** Runs that still say they are running, or ended in another way than the two there can be. */
async function unrepaired({ db }: ReadScope): Promise<string[]> {
  const runs = await db.selectFrom('sync_runs').select(['status', 'error']).orderBy('id', 'desc').execute();
  const [last, ...earlier] = runs;
  const isOver = last?.status === 'completed' || last?.status === 'partial';
  const killed = earlier.filter(
    ({ status, error }) => status === 'running' || (status === 'failed' && !isKilled(error)),
  );
  return isOver && killed.length === 0 ? [] : [`the run log says ${JSON.stringify(runs)}`];
}

function isKilled(error: string | null): boolean {
  return error?.includes('run_interrupted') === true;
}

function mortalSync({ sandbox, template, mode }: Scenario, name: string): MortalSync {
  const file = join(folder, `${template.split('/').at(-1)}-${mode}-${name}.db`);
  copyFileSync(template, file);
  return { file, sandbox, mode, clockBackMs: CLOCK_BACK_MS, cache: join(folder, 'cache') };
}

function clientFor({ sandbox }: Scenario, asked: string[] = []) {
  const onRequest = ({ path }: { path: string }) => void asked.push(path);
  return createApiClient({
    baseUrl: sandbox.url,
    token: sandbox.token,
    env: {},
    sleep: async () => undefined,
    onRequest,
  });
}

async function hashIn(store: Store, { withTestAnswers }: Scenario): Promise<string> {
  return hashOf(await contentsOf(store, { withTestAnswers }));
}

async function emptyTemplate(name: string): Promise<string> {
  const file = join(folder, name);
  await (await openStore({ file, clock })).close();
  return file;
}

async function syncedTemplate(sandbox: Sandbox, name: string): Promise<string> {
  const file = await emptyTemplate(name);
  const store = await openStore({ file, clock });
  const api = createApiClient({ baseUrl: sandbox.url, token: sandbox.token, env: {} });
  await runSync({ store, api, clock }, { trigger: 'test' });
  await Promise.all([store.close(), api.close()]);
  return file;
}
