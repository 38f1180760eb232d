import type { EpochMs } from '@testio-mcp/domain';
import { idList, type OpenFailure, type ReadScope } from '@testio-mcp/persistence';
import { type BugsDueReason, bugsDue } from './bugs-due.ts';

/** Tests whose details and executions a sync reads by itself; those of others are read when somebody asks. */
const EAGER_STATUS = 'running';

/** What of a stored test is to be read besides the test itself. */
export interface DueTest {
  readonly id: number;
  /** Why its bugs are due; null when they are not. */
  readonly bugs: BugsDueReason | null;
  /** Its details and executions: it runs, or stopped after they were last read, or their last reading failed. */
  readonly details: boolean;
}

/** Which tests of a product to look at: some, or all but some. */
export type Selection = { readonly only: Iterable<number> } | { readonly except: Iterable<number> };

/** What is due of the living tests of a product, by what the store holds of them now. Nothing is due of those kept as a head. */
export async function readDueTests(
  { db }: ReadScope,
  productId: number,
  selection: Selection,
  openFailures: readonly OpenFailure[],
  now: EpochMs,
): Promise<DueTest[]> {
  const rows = await db
    .selectFrom('tests as t')
    .leftJoin('test_freshness as f', 'f.test_id', 't.id')
    .select(['t.id', 't.status', 't.start_at', 't.end_at', 't.status_changed_at'])
    .select(['f.bugs_at', 'f.details_at', 'f.executions_at'])
    .where('t.product_id', '=', productId)
    .where('t.deleted_at', 'is', null)
    .where('f.forgotten_at', 'is', null)
    .$if('only' in selection, (query) => query.where('t.id', 'in', idList('only' in selection ? selection.only : [])))
    .$if('except' in selection, (query) =>
      query.where('t.id', 'not in', idList('except' in selection ? selection.except : [])),
    )
    .orderBy('t.id')
    .execute();
  const undecided = await db
    .selectFrom('bugs')
    .select('test_id')
    .distinct()
    .where('test_id', 'in', idList(rows.map((row) => row.id)))
    .where('deleted_at', 'is', null)
    .where('status', 'in', ['open', 'other'])
    .execute();
  const hasUndecided = new Set(undecided.map((row) => row.test_id));
  const failing = failingTests(openFailures);
  return rows.map((row) => ({
    id: row.id,
    bugs: bugsDue(
      {
        status: row.status,
        startAt: row.start_at,
        endAt: row.end_at,
        statusChangedAt: row.status_changed_at,
        bugsAt: row.bugs_at,
        hasUndecidedBug: hasUndecided.has(row.id),
        hasFailed: failing.bugs.has(row.id),
      },
      now,
    ),
    details: row.status === EAGER_STATUS || failing.details.has(row.id) || stoppedSinceRead(row),
  }));
}

/** Whether the status changed since one of the two was last read. A test that nobody asked for by itself has neither. */
function stoppedSinceRead(test: {
  readonly status_changed_at: EpochMs | null;
  readonly details_at: EpochMs | null;
  readonly executions_at: EpochMs | null;
}): boolean {
  if (test.details_at === null || test.status_changed_at === null) return false;
  // Equal instants count as due: nobody knows which came first.
  return test.executions_at === null || test.status_changed_at >= Math.min(test.details_at, test.executions_at);
}

function failingTests(openFailures: readonly OpenFailure[]) {
  const of = (kinds: readonly string[]) =>
    new Set(
      openFailures
        .filter((one) => kinds.includes(one.kind))
        .map((one) => one.testId)
        .filter((id) => id !== null),
    );
  return { bugs: of(['bugs']), details: of(['test_details', 'executions']) };
}
