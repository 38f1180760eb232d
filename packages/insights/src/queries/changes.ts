import { FINAL_TEST_STATUSES } from '@testio-mcp/domain';
import { idList } from '@testio-mcp/persistence';
import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely';
import type { Watermark } from '../list/watermark.ts';

/** What can be told of tests. */
export const TEST_CHANGES = ['new', 'status_changed', 'finished', 'updated', 'deleted'] as const;
/** What can be told of bugs. */
export const BUG_CHANGES = ['new', 'status_changed', 'accepted', 'rejected', 'updated', 'deleted'] as const;
export const CHANGES = [
  'new',
  'status_changed',
  'finished',
  'accepted',
  'rejected',
  'updated',
  'deleted',
] as const satisfies readonly ((typeof TEST_CHANGES)[number] | (typeof BUG_CHANGES)[number])[];
export type Change = (typeof CHANGES)[number];

type Flag = 0 | 1;

/** A test or bug that changed, with a flag for everything that can be told of it. */
export interface ChangedRow extends Readonly<Record<Change, Flag>> {
  readonly entity: 'test' | 'bug';
  readonly id: number;
  /** Unique beside the change number. */
  readonly place: number;
  readonly title: string | null;
  readonly status: string | null;
  readonly severity: string | null;
  readonly number: number;
  readonly changed_at: number;
  readonly test_id: number | null;
  readonly product_id: number;
}

export interface ChangeFilters {
  readonly product_ids: readonly number[] | undefined;
  readonly entities: readonly ('test' | 'bug')[] | undefined;
  readonly changes: readonly Change[] | undefined;
}

/**
 * Tests and bugs that changed since a watermark, as a table called c. Every change gives its row a number that is higher than
 * all before, so a row that changes again while somebody walks comes again at the end: nothing is lost, whatever happens
 * between two pages.
 *
 * Since an instant, a bug is new when it was reported since; a test, when it was first seen since, and, where its product was
 * not known before, starts since. That something old was read for the first time is no change.
 */
export function changesSince(mark: Watermark, filters: ChangeFilters): AliasedRawBuilder<ChangedRow, 'c'> {
  const { product_ids, entities, changes } = filters;
  const inProducts = product_ids === undefined ? sql`true` : sql`t.product_id in ${idList(product_ids)}`;
  const has = (entity: 'test' | 'bug') => sql.lit(entities === undefined || entities.includes(entity) ? 1 : 0);
  const chosen =
    changes === undefined
      ? sql`true`
      : sql`(${sql.join(
          changes.map((each) => sql.ref(each)),
          sql` or `,
        )})`;
  const tests = sql`
    select 'test' as entity, t.id, t.id * 2 as place, t.title, t.status, null as severity,
      t.change_number as number, t.changed_at, null as test_id, t.product_id,
      ${flags(
        't',
        mark,
        sql`(t.first_seen_at >= ${at(mark)}
        and (p.first_seen_at < ${at(mark)} or coalesce(t.start_at, ${at(mark)}) >= ${at(mark)}))`,
      )},
      t.status in (${sql.join(FINAL_TEST_STATUSES)}) as ended, 0 as took, 0 as refused
    from tests as t join products as p on p.id = t.product_id
    where ${has('test')} and ${inProducts} and ${isAfter('t', sql`t.id * 2`, mark)}`;
  const bugs = sql`
    select 'bug', b.id, b.id * 2 + 1, b.title, b.status, b.severity,
      b.change_number, b.changed_at, b.test_id, t.product_id,
      ${flags('b', mark, sql`coalesce(b.reported_at, b.first_seen_at) >= ${at(mark)}`)},
      0, b.status in ('accepted', 'auto_accepted'), b.status = 'rejected'
    from bugs as b join tests as t on t.id = b.test_id
    where ${has('bug')} and ${inProducts} and ${isAfter('b', sql`b.id * 2 + 1`, mark)} and ${mayBeTold(mark)}`;
  return sql<ChangedRow>`(
    select * from (
      select entity, id, place, title, status, severity, number, changed_at, test_id, product_id,
        is_new as new,
        has_status and not (ended or took or refused) as status_changed,
        has_status and ended as finished,
        has_status and took as accepted,
        has_status and refused as rejected,
        is_deleted as deleted,
        changed_again and not (is_new or has_status or is_deleted) as updated
      from (${tests} union all ${bugs})
    ) where (new or status_changed or finished or accepted or rejected or deleted or updated) and ${chosen}
  )`.as('c');
}

/**
 * Keeps the bugs of which anything can be told since an instant: those that were written again after they came, and those that were reported
 * since. Indexes say which, without the rows, which hold long texts; after a first sync that leaves a few of very many.
 */
function mayBeTold({ base }: Watermark): RawBuilder<unknown> {
  if (!('at' in base) || base.at <= 0) return sql`true`;
  return sql`b.id in (
    select id from bugs
      where changed_at >= ${base.at} and (change_number > first_change_number or status_change_number is not null)
    union all select id from bugs where reported_at >= ${base.at}
    union all select id from bugs where reported_at is null and first_seen_at >= ${base.at})`;
}

/** The instant to tell changes against; after all time where a number says it better. */
function at({ base }: Watermark): number {
  return 'at' in base ? base.at : Number.MAX_SAFE_INTEGER;
}

function flags(table: 't' | 'b', { base }: Watermark, isNewByTime: RawBuilder<unknown>): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const isDeleted = sql`${column('deleted_at')} is not null as is_deleted`;
  if ('at' in base) {
    return sql`${isNewByTime} as is_new, coalesce(${column('status_changed_at')} >= ${base.at}, 0) as has_status,
      ${isDeleted}, ${column('change_number')} > ${column('first_change_number')} as changed_again`;
  }
  return sql`${column('first_change_number')} > ${base.number} as is_new,
    coalesce(${column('status_change_number')} > ${base.number}, 0) as has_status, ${isDeleted}, 1 as changed_again`;
}

function isAfter(table: 't' | 'b', place: RawBuilder<unknown>, { base, number, place: first }: Watermark) {
  const changed = sql.ref(`${table}.change_number`);
  const inTime = 'at' in base ? sql`${sql.ref(`${table}.changed_at`)} >= ${base.at}` : sql`true`;
  return sql`${inTime} and ${changed} >= ${number} and (${changed} > ${number} or ${place} >= ${first})`;
}
