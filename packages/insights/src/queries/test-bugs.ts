import type { BugType } from '@testio-mcp/domain';
import { builtOnce, sqlQuery } from '@testio-mcp/persistence';
import { sql } from 'kysely';
import type { BugGroup } from '../shapes/bug-counts.ts';
import { BUG_COLUMNS } from '../shapes/bug-row.ts';

/** Living bugs of a test that share status, severity and type. */
export interface TestBugGroup extends BugGroup {
  readonly bug_type: BugType;
  readonly known: number;
}

/** Counts the living bugs of a test. */
export const testBugGroups = builtOnce<TestBugGroup, [testId: number]>((db, testId) =>
  db
    .selectFrom('bugs')
    .select(['status', 'severity', 'bug_type'])
    .select([sql<number>`count(*)`.as('bugs'), sql<number>`sum(known)`.as('known')])
    .where('test_id', '=', testId)
    .where('deleted_at', 'is', null)
    .groupBy(['status', 'severity', 'bug_type']),
);

/** The newest living bugs of a test. */
export const recentBugs = builtOnce((db, testId: number, most: number) =>
  db
    .selectFrom('bugs as b')
    .select(BUG_COLUMNS)
    .where('b.test_id', '=', testId)
    .where('b.deleted_at', 'is', null)
    .orderBy('b.reported_at', (order) => order.desc().nullsLast())
    .orderBy('b.id', 'desc')
    .limit(most),
);

export interface PlatformCount {
  readonly kind: 'any' | 'operating_system' | 'browser' | 'device_category';
  readonly name: string | null;
  /** Distinct bugs. */
  readonly bugs: number;
}

/** Counts distinct living bugs of a test by each part of the devices they were seen on, the most frequent first. */
export const platformCounts = builtOnce((db, testId: number) => {
  const devices = sql`
    bug_devices as d join bugs as b on b.id = d.bug_id and b.test_id = ${testId} and b.deleted_at is null`;
  const counts = sql<PlatformCount>`
    select 'any' as kind, null as name, count(distinct d.bug_id) as bugs from ${devices}
    union all
    select 'operating_system', d.os_name, count(distinct d.bug_id) from ${devices} group by d.os_name
    union all
    select 'device_category', coalesce(d.category_name, d.category_key) as category, count(distinct d.bug_id)
      from ${devices} group by category
    union all
    select 'browser', browser.value, count(distinct d.bug_id)
      from ${devices} join json_each(d.browsers) as browser group by browser.value
    order by bugs desc, name`;
  return sqlQuery(db, counts);
});
