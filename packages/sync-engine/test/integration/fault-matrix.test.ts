import { env } from 'node:process';
import { type ApiClient, createApiClient } from '@testio-mcp/api-client';
import { systemClock } from '@testio-mcp/domain';
import { listOpenFailures, type ReadScope } from '@testio-mcp/persistence';
import type { FaultRule, Sandbox } from '@testio-mcp/sandbox';
import pLimit from 'p-limit';
import { expect, onTestFinished, test } from 'vitest';
import { runSync, type SyncRunRecord } from '../../src/index.ts';
import { altered, clientOf, emptyStore, idsIn, sandboxOf } from '../harness.ts';
import { contentsOf, hashOf } from '../store-contents.ts';

/** Of every so many combinations one is tried; 1 for all. */
const EVERY = Number(env.FAULTS_EVERY ?? 6);
/** Tests kept of the product with sections, running ones first: enough for two requests for bugs. */
const TESTS_KEPT = 12;
const TIMEOUT_MS = 300;

/** What each fault is called in the record of a run. */
const FAULTS: Readonly<Record<string, string>> = {
  'status:401': 'api_unauthorized',
  'status:403': 'api_forbidden',
  'status:404': 'api_not_found',
  'status:422': 'api_rejected',
  '429:seconds': 'api_rate_limited',
  '429:date': 'api_rate_limited',
  'status:500': 'api_server_error',
  'status:502': 'api_server_error',
  'status:503': 'api_server_error',
  reset: 'api_unreachable',
  timeout: 'api_timeout',
  truncate: 'api_unreadable_answer',
  garbage: 'api_unreadable_answer',
  drift: 'api_unreadable_answer',
};

interface Endpoint {
  readonly name: string;
  /** Part of its paths. */
  readonly path: string;
  /** Part of paths of another endpoint in which that stands, too. */
  readonly except?: string;
  /** How often the fault is played; always when absent. */
  readonly times?: number;
  /** Stamps of what this endpoint tells: none is given while it fails. */
  readonly stamps: (scope: ReadScope) => Promise<readonly (number | null)[]>;
  /** Its trouble stands in an outcome only: it is about no product and no test. */
  readonly isOfAccount?: true;
  /** A fault by which the API asks to be asked in another way, which is done: everything is read after all. */
  readonly detour?: string;
  /** Features come with the texts of their stories only, so that the stories are asked for by themselves. */
  readonly hasTextsOnly?: true;
}

const ENDPOINTS: readonly Endpoint[] = [
  // Every path but a few begins like this one, but the first requests of a run are for the list.
  { name: 'products', path: '/v2/products', times: 4, stamps: ofAccount('products_listed_at') },
  { name: 'reject reasons', path: '/reject_reasons', stamps: ofAccount('reject_reasons_at'), isOfAccount: true },
  {
    name: 'features',
    path: '/features',
    except: '/sections/',
    stamps: ofProducts('features_at', 0),
    // The product has sections after all, and they must be named.
    detour: 'status:422',
  },
  { name: 'features of a section', path: '/sections/', stamps: ofProducts('features_at', 1) },
  { name: 'user stories', path: '/user_stories', stamps: ofProducts('features_at', 1), hasTextsOnly: true },
  { name: 'tests', path: '/exploratory_tests', except: '/v2/exploratory', stamps: ofProducts('tests_reconciled_at') },
  { name: 'one test', path: '/v2/exploratory_tests/', stamps: ofTests('details_at') },
  { name: 'bugs', path: '/v2/bugs', except: '/reject_reasons', stamps: ofTests('bugs_at') },
  { name: 'executions', path: '/user_story_version_executions', stamps: ofTests('executions_at') },
];

const combinations = Object.keys(FAULTS).map((fault, row) => ({
  fault,
  endpoints: ENDPOINTS.filter((_, column) => (row + column) % EVERY === 0),
}));

test.each(combinations)(
  '$fault is never taken for an answer, is listed, and is healed by the next sync',
  {
    timeout: 600_000,
  },
  async ({ fault, endpoints }) => {
    // Waiting for answers that never come costs nothing but time.
    const atATime = fault === 'timeout' ? ENDPOINTS.length : 1;
    await pLimit(atATime).map(endpoints, (endpoint) => suffer(endpoint, fault));
  },
);

async function suffer(endpoint: Endpoint, fault: string): Promise<void> {
  const where = `${fault} for ${endpoint.name}`;
  const sandbox = await sandboxOf();
  await shrink(sandbox);
  const well = reading(endpoint, clientOf(sandbox));
  const impatient = reading(endpoint, impatientClient(sandbox));
  const store = await emptyStore();
  const sync = (api: ApiClient, mode: 'full' | 'incremental') =>
    runSync({ store, api, clock: systemClock }, { trigger: 'test', mode });
  const hash = async () => hashOf(await contentsOf(store));
  const fresh = await freshHash(sandbox, well);

  sandbox.addFaults(rulesFor(endpoint, fault));
  const first = await sync(impatient, 'incremental');
  if (fault === endpoint.detour) {
    expect(first, where).toMatchObject({ status: 'completed', failures: [] });
    expect(await idsIn(store), where).toEqual(sandbox.state().ids);
    return;
  }
  expectListed(first, endpoint, fault, where);
  expect(await store.read((scope) => openKeys(scope)), where).toEqual(keysOf(first));
  const stamps = await store.read(endpoint.stamps);
  expect(
    stamps.filter((stamp) => stamp !== null),
    where,
  ).toEqual([]);
  await expectNothingInvented(store, sandbox, where);
  expect(sandbox.requests().length, where).toBeLessThan(200);

  sandbox.clearFaults();
  expect(await sync(well, 'incremental'), where).toMatchObject({ status: 'completed', failures: [], error: null });
  expect(await hash(), where).toBe(fresh);
  expect(await store.read((scope) => openKeys(scope)), where).toEqual([]);

  sandbox.addFaults(rulesFor(endpoint, fault));
  const second = await sync(impatient, 'full');
  expectListed(second, endpoint, fault, where);
  expect(await hash(), where).toBe(fresh);

  sandbox.clearFaults();
  expect(await sync(well, 'incremental'), where).toMatchObject({ status: 'completed', failures: [], rows_written: 0 });
  expect(await hash(), where).toBe(fresh);
  expect(await store.read((scope) => openKeys(scope)), where).toEqual([]);
}

/** The record says that something is missing, what it was, and why. */
function expectListed(record: SyncRunRecord, endpoint: Endpoint, fault: string, where: string): void {
  const codes = [FAULTS[fault], 'api_outage'];
  expect(['partial', 'failed'], where).toContain(record.status);
  const blemished = record.outcomes.filter((outcome) => outcome.status !== 'completed');
  expect(
    blemished.some((outcome) => codes.includes(outcome.error?.code)),
    where,
  ).toBe(true);
  expect(
    record.failures.every((failure) => codes.includes(failure.code)),
    where,
  ).toBe(true);
  if (endpoint.isOfAccount !== true) expect(record.failures.length, where).toBeGreaterThan(0);
  expect(record.error === null || codes.includes(record.error.code), where).toBe(true);
}

function rulesFor({ path, except, times }: Endpoint, fault: string): FaultRule[] {
  const spared: FaultRule[] = except === undefined ? [] : [{ match: { path: except }, fault: 'slow:0' }];
  return [...spared, { match: { path }, fault, ...(times === undefined ? {} : { times }) }];
}

/** Leaves two products with few tests, all of which can be read. */
async function shrink(sandbox: Sandbox): Promise<void> {
  const [sectioned = 0, plain = 0] = sandbox.state().ids.products;
  sandbox.edit([
    ...sandbox.state().poisoned.map((id) => ({ op: 'cure', id }) as const),
    { op: 'delete', kind: 'product', id: plain },
  ]);
  const tests = await clientOf(sandbox).listTests(sectioned, { page: 1, perPage: 100 });
  const running = tests.filter((one) => one.status === 'running').slice(0, 2);
  const others = tests.filter((one) => one.status !== 'running');
  const kept = new Set([...running, ...others].slice(0, TESTS_KEPT));
  sandbox.edit(tests.filter((one) => !kept.has(one)).map(({ id }) => ({ op: 'delete', kind: 'test', id })));
  sandbox.clearRequests();
}

/** A client whose time limit is short, and which hardly tries again where every attempt takes all of it. */
function impatientClient({ url, token }: Sandbox): ApiClient {
  const patience = { timeoutMs: TIMEOUT_MS, maxAttempts: 2 };
  const client = createApiClient({ baseUrl: url, token, env: {}, sleep: async () => undefined, ...patience });
  onTestFinished(() => client.close());
  return client;
}

/** The client as it is needed to make a sync use an endpoint. */
function reading({ hasTextsOnly }: Endpoint, api: ApiClient): ApiClient {
  if (hasTextsOnly !== true) return api;
  return altered(api, (real) => ({
    listFeatures: async (productId, options) =>
      (await real.listFeatures(productId, options)).map((feature) => ({
        ...feature,
        userStories: null,
        userStoryTexts: ['a story'],
      })),
  }));
}

async function freshHash(sandbox: Sandbox, api: ApiClient): Promise<string> {
  const store = await emptyStore();
  await runSync({ store, api, clock: systemClock }, { trigger: 'test', mode: 'full' });
  sandbox.clearRequests();
  return hashOf(await contentsOf(store));
}

async function openKeys(scope: ReadScope): Promise<string[]> {
  return (await listOpenFailures(scope)).map((one) => one.key).sort();
}

function keysOf(record: SyncRunRecord): string[] {
  return record.failures.map((failure) => failure.key).sort();
}

/** Everything in the store is at Test IO, too. */
async function expectNothingInvented(store: Awaited<ReturnType<typeof emptyStore>>, sandbox: Sandbox, where: string) {
  const [have, there] = [await idsIn(store), sandbox.state().ids];
  for (const kind of ['products', 'features', 'user_stories', 'tests', 'bugs'] as const) {
    const known = new Set(there[kind]);
    expect(
      have[kind].filter((id) => !known.has(id)),
      where,
    ).toEqual([]);
  }
}

type Stamps = Endpoint['stamps'];

function ofAccount(column: 'products_listed_at' | 'reject_reasons_at'): Stamps {
  return async ({ db }) => (await db.selectFrom('account').select(column).execute()).map((row) => row[column] ?? null);
}

/** Stamps of all products, or of those with or without sections. */
function ofProducts(column: 'features_at' | 'tests_reconciled_at', hasSections?: 0 | 1): Stamps {
  return async ({ db }) => {
    const rows = await db
      .selectFrom('product_freshness as f')
      .innerJoin('products as p', 'p.id', 'f.product_id')
      .select(['f.features_at', 'f.tests_reconciled_at'])
      .$if(hasSections !== undefined, (query) => query.where('p.has_sections', '=', hasSections ?? 0))
      .execute();
    return rows.map((row) => row[column]);
  };
}

function ofTests(column: 'details_at' | 'bugs_at' | 'executions_at'): Stamps {
  return async ({ db }) => {
    const rows = await db.selectFrom('test_freshness').select(['details_at', 'bugs_at', 'executions_at']).execute();
    return rows.map((row) => row[column]);
  };
}
