import { DAY_MS, type EpochMs, isFinalTestStatus } from '@testio-mcp/domain';
import type { OpenFailure, ReadScope } from '@testio-mcp/persistence';
import { PAGE_SIZE } from './page-window.ts';

/** A product's whole list is read at least so often, whatever its first pages look like. */
const WHOLE_LIST_EVERY_MS: EpochMs = DAY_MS;
/** So many pages in a row that hold nothing but known final tests, unchanged, end the reading of a list. */
export const CLEAN_PAGES = 2;

/** A stored test, as far as the reading of its product's list needs to know it. */
export interface KnownTest {
  readonly id: number;
  readonly endAt: EpochMs | null;
  readonly isFinal: boolean;
  /** First seen by a reading that was not ended properly: what comes after it in the list may not have been seen yet. */
  readonly isUnfinished: boolean;
}

/** What the store knows of a product's test list before it is read again. */
export interface KnownList {
  readonly tests: ReadonlyMap<number, KnownTest>;
  /** Positions that could not be read last time. */
  readonly failures: readonly OpenFailure[];
  /** Where each test is to be expected if nothing changed; a position that cannot be read takes its place among them. */
  readonly positions: ReadonlyMap<number, number>;
  /** Pages from the first one that are read if nothing changed, the empty one included if it comes to that. */
  readonly headPages: number;
  /** Why the list has to be read to its end; null when its first pages and a look back are enough. */
  readonly wholeBecause: WholeReason | null;
}

export type WholeReason = 'never_read' | 'not_read_to_its_end' | 'a_day_old';

/** What the store knows of the test list of one product. */
export async function readKnownList(
  { db }: ReadScope,
  productId: number,
  openFailures: readonly OpenFailure[],
  now: EpochMs,
): Promise<KnownList> {
  const stamps = await db
    .selectFrom('product_freshness')
    .select(['tests_discovered_at', 'tests_reconciled_at'])
    .where('product_id', '=', productId)
    .executeTakeFirst();
  const rows = await db
    .selectFrom('tests')
    .select(['id', 'status', 'end_at', 'first_seen_at'])
    .where('product_id', '=', productId)
    .where('deleted_at', 'is', null)
    .execute();
  const discoveredAt = stamps?.tests_discovered_at ?? null;
  const tests = rows.map((row) => ({
    id: row.id,
    endAt: row.end_at,
    isFinal: isFinalTestStatus(row.status),
    isUnfinished: discoveredAt === null || row.first_seen_at > discoveredAt,
  }));
  const failures = openFailures.filter((one) => one.productId === productId && one.kind === 'test_position');
  const stampsRead = { discoveredAt, reconciledAt: stamps?.tests_reconciled_at ?? null };
  return knownList(tests, failures, wholeReason(stampsRead, failures, now));
}

/** Puts together what is known of a list. */
export function knownList(
  tests: readonly KnownTest[],
  failures: readonly OpenFailure[],
  wholeBecause: WholeReason | null,
): KnownList {
  const failing = new Set(failures.map((one) => one.position));
  const positions = new Map<number, number>();
  // A gap at the very end of a page has its second neighbour on the next one.
  const atEnd = [...failing].map((position) => position ?? 0).filter((position) => (position + 1) % PAGE_SIZE === 0);
  const dirty = new Set(atEnd.map((position) => Math.floor(position / PAGE_SIZE)));
  let position = 0;
  for (const test of [...tests].sort(newestFirst)) {
    while (failing.has(position)) position += 1;
    positions.set(test.id, position);
    if (!test.isFinal || test.isUnfinished) dirty.add(Math.floor(position / PAGE_SIZE));
    position += 1;
  }
  const length = tests.length + failing.size;
  const byId = new Map(tests.map((test) => [test.id, test]));
  return { tests: byId, failures, positions, headPages: headPages(length, dirty), wholeBecause };
}

function wholeReason(
  stamps: { readonly discoveredAt: EpochMs | null; readonly reconciledAt: EpochMs | null },
  failures: readonly OpenFailure[],
  now: EpochMs,
): WholeReason | null {
  const { discoveredAt, reconciledAt } = stamps;
  if (reconciledAt === null || discoveredAt === null) return 'never_read';
  // Failures of a reading that came to its end are older than its stamp.
  if (failures.some((one) => one.position === null || one.lastSeenAt > discoveredAt)) return 'not_read_to_its_end';
  return now - reconciledAt >= WHOLE_LIST_EVERY_MS ? 'a_day_old' : null;
}

function headPages(length: number, dirty: ReadonlySet<number>): number {
  const end = Math.ceil(length / PAGE_SIZE) + 1;
  let clean = 0;
  for (let page = 0; page < end; page += 1) {
    clean = dirty.has(page) ? 0 : clean + 1;
    if (clean === CLEAN_PAGES) return page + 1;
  }
  return end;
}

/** The order of the API as far as it is known (customer-api 4). */
function newestFirst(a: KnownTest, b: KnownTest): number {
  const [endOfA, endOfB] = [a.endAt ?? Number.POSITIVE_INFINITY, b.endAt ?? Number.POSITIVE_INFINITY];
  return endOfA === endOfB ? b.id - a.id : endOfB - endOfA;
}
