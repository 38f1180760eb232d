import { type EpochMs, inPeriod, type Period, TestioError } from '@testio-mcp/domain';
import { idList, listOpenFailures, type OpenFailure, type ReadScope } from '@testio-mcp/persistence';
import { freshReasons } from './account.ts';
import { BATCH_SIZE } from './bugs.ts';
import { type BugsDueReason, bugsDueWords } from './bugs-due.ts';
import { readDueTests } from './due-tests.ts';
import { readKnownList } from './known-list.ts';
import { counted, planList } from './plan-list.ts';
import { PAGE_SIZE as EXECUTIONS_PER_PAGE } from './read-executions.ts';
import type { PhaseOutcome, SyncMode } from './run-record.ts';
import type { SyncDependencies } from './sync.ts';

/** What one phase of one product would ask for. */
export interface PlannedPhase {
  /** Null for the whole account. */
  product_id: number | null;
  product_title: string | null;
  phase: PhaseOutcome['phase'];
  /** Null where they are counted for the whole account, because one request serves several products. */
  requests: number | null;
  why: string[];
}

/** What a sync would do, by what the store holds. The API was not asked: what has changed there is not in it. */
export interface SyncPlan {
  mode: SyncMode;
  /** False: nothing is known, so nothing but the first request can be told. */
  ever_synced: boolean;
  /** Requests if nothing has changed; null when nothing is known. */
  requests: number | null;
  phases: PlannedPhase[];
}

export interface PlanOptions {
  readonly productIds?: readonly number[] | undefined;
  readonly mode?: SyncMode | undefined;
  readonly since?: Period | undefined;
}

/**
 * Says what a sync would ask for, and why, per product and phase. Reads the store and sends no request.
 *
 * @throws TestioError `unknown_product` for ids that the store does not know, once it was synced
 */
export async function planSync(
  deps: Pick<SyncDependencies, 'store' | 'clock'>,
  options: PlanOptions,
): Promise<SyncPlan> {
  const now = deps.clock.now();
  const [mode, period] = [options.mode ?? 'incremental', options.since ?? null];
  return deps.store.read(async (scope) => {
    const products = await readProducts(scope, options.productIds ?? null);
    if (products === null) return neverSynced(mode);
    const openFailures = await listOpenFailures(scope);
    const parts: ProductPart[] = [];
    for (const product of products) parts.push(await planProduct(scope, product, { mode, period, openFailures, now }));
    const hasReasons = mode === 'incremental' && (await freshReasons(scope, now)) !== null;
    const bugs = parts.reduce((sum, part) => sum + part.bugs, 0);
    const phases: PlannedPhase[] = [
      ofAccount('products', 1, 'every sync reads the list of products'),
      ofAccount(
        'reject_reasons',
        hasReasons ? 0 : 1,
        hasReasons ? 'read less than a day ago' : 'read once a day, and by full syncs',
      ),
      ofAccount(
        'bugs',
        Math.ceil(bugs / BATCH_SIZE),
        `${counted(bugs, 'test')}, ${BATCH_SIZE} in a request, over all products`,
      ),
      ...parts.flatMap((part) => part.phases),
    ];
    const requests = phases.reduce((sum, phase) => sum + (phase.requests ?? 0), 0);
    return { mode, ever_synced: true, requests, phases };
  });
}

function neverSynced(mode: SyncMode): SyncPlan {
  const why = 'this account was never synced: how much there is to read is known once its products are listed';
  return { mode, ever_synced: false, requests: null, phases: [ofAccount('products', 1, why)] };
}

interface StoredProduct {
  readonly id: number;
  readonly title: string | null;
  readonly has_sections: number;
}

/** Null when the product list was never read. */
async function readProducts({ db }: ReadScope, wanted: readonly number[] | null): Promise<StoredProduct[] | null> {
  const account = await db.selectFrom('account').select('products_listed_at').executeTakeFirst();
  if (account?.products_listed_at === null || account === undefined) return null;
  const products = await db
    .selectFrom('products')
    .select(['id', 'title', 'has_sections'])
    .where('deleted_at', 'is', null)
    .$if(wanted !== null, (query) => query.where('id', 'in', idList(wanted ?? [])))
    .orderBy('id')
    .execute();
  const unknown = (wanted ?? []).filter((id) => !products.some((product) => product.id === id));
  if (unknown.length === 0) return products;
  throw new TestioError({
    kind: 'validation',
    code: 'unknown_product',
    message: `The store has no product ${unknown.join(', ')}.`,
    next: 'Choose among the products that were synced; a product that is new at Test IO is known after the next sync.',
    field: 'product_ids',
    received: unknown,
  });
}

interface ProductQuestion {
  readonly mode: SyncMode;
  readonly period: Period | null;
  readonly openFailures: readonly OpenFailure[];
  readonly now: EpochMs;
}

interface ProductPart {
  readonly phases: readonly PlannedPhase[];
  /** Tests whose bugs are asked for. */
  readonly bugs: number;
}

async function planProduct(scope: ReadScope, product: StoredProduct, question: ProductQuestion): Promise<ProductPart> {
  const { mode, period, openFailures, now } = question;
  const known = await readKnownList(scope, product.id, openFailures, now);
  const inScope = [...known.tests.values()].filter((test) => period === null || inPeriod(test.endAt, period));
  const due = await readDueTests(scope, product.id, { only: inScope.map((test) => test.id) }, openFailures, now);
  const list = await planList(known, mode, period);
  const sections = await walkedSections(scope, product);
  const details = due.filter((test) => test.details).map((test) => test.id);
  // Tests that are read one by one anyway are not read again for their details.
  const reads = details.filter((id) => !list.singles.has(id)).length;
  const executions = await executionRequests(scope, details);
  const bugs = due.filter((test) => mode === 'full' || test.bugs !== null);
  const phase = (name: PlannedPhase['phase'], requests: number | null, why: string[]): PlannedPhase => ({
    product_id: product.id,
    product_title: product.title,
    phase: name,
    requests,
    why,
  });
  return {
    bugs: bugs.length,
    phases: [
      phase('features', sections, [
        `every sync reads them, ${product.has_sections === 1 ? 'section by section' : 'in one list'}`,
      ]),
      phase('tests', list.requests, list.why),
      phase('details', reads + executions, detailWords(details.length, executions)),
      phase(
        'bugs',
        null,
        mode === 'full'
          ? [`${counted(bugs.length, 'test')}, which is all: the sync is a full one`]
          : bugWords(bugs.map((test) => test.bugs)),
      ),
    ],
  };
}

function detailWords(tests: number, executions: number): string[] {
  if (tests === 0) return [];
  return [
    `${counted(tests, 'test')} running, stopped since, or failed last time; the executions take ${counted(executions, 'request')}`,
  ];
}

function bugWords(reasons: readonly (BugsDueReason | null)[]): string[] {
  const groups = Map.groupBy(
    reasons.filter((reason) => reason !== null),
    (reason) => reason,
  );
  return [...groups].map(([reason, tests]) => `${counted(tests.length, 'test')}: ${bugsDueWords(reason)}`);
}

/** Sections that features are asked for by; one for a product without. */
async function walkedSections({ db }: ReadScope, product: StoredProduct): Promise<number> {
  if (product.has_sections === 0) return 1;
  const rows = await db
    .selectFrom('sections')
    .select('is_default')
    .where('product_id', '=', product.id)
    .where('deleted_at', 'is', null)
    .execute();
  const real = rows.filter((row) => row.is_default === 0).length;
  return real > 0 ? real : rows.length;
}

/** Requests for the runs of stories that somebody ran, as far as is known. */
async function executionRequests({ db }: ReadScope, testIds: readonly number[]): Promise<number> {
  const stories = await db
    .selectFrom('test_stories as story')
    .innerJoin('test_features as snapshot', 'snapshot.id', 'story.test_feature_id')
    .select('story.version_id')
    .distinct()
    .where('snapshot.test_id', 'in', idList(testIds))
    .where('snapshot.deleted_at', 'is', null)
    .where('story.version_id', 'is not', null)
    .where('story.tested_by_count', 'is distinct from', 0)
    .execute();
  const runs = await db
    .selectFrom('executions')
    .select((eb) => ['version_id', eb.fn.countAll<number>().as('runs')])
    .where('test_id', 'in', idList(testIds))
    .groupBy('version_id')
    .execute();
  const pages = new Map(runs.map((row) => [row.version_id, Math.ceil(row.runs / EXECUTIONS_PER_PAGE)]));
  return stories.reduce((sum, story) => sum + (pages.get(story.version_id ?? 0) ?? 1), 0);
}

function ofAccount(phase: PlannedPhase['phase'], requests: number, why: string): PlannedPhase {
  return { product_id: null, product_title: null, phase, requests, why: [why] };
}
