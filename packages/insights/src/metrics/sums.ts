import {
  BUG_STATUSES,
  type BugsByStatus,
  type CountedPart,
  DAY_MS,
  METRICS,
  type MetricParts,
  OPEN_AGE_BOUNDS_DAYS,
  partsFor,
  SEVERITY_WEIGHTS,
  WEIGHT_WITHOUT_LEVEL,
} from '@testio-mcp/domain';
import { type RawBuilder, sql } from 'kysely';
import { countsTestsByBugs, hasDensity, type MetricQuery } from './query.ts';

/** Sums by their names. */
export type Sums = Readonly<Record<string, number>>;

const WEIGHT = sql`case r.severity ${sql.join(
  Object.entries(SEVERITY_WEIGHTS).map(([level, weight]) => sql`when ${sql.lit(level)} then ${sql.lit(weight)}`),
  sql` `,
)} else ${sql.lit(WEIGHT_WITHOUT_LEVEL)} end`;

/** What is summed up for a question: what its metrics need, and no more. */
export function sumsFor(query: MetricQuery) {
  const parts = partsFor(query.metrics);
  const byBugs = countsTestsByBugs(query);
  const when = (isWanted: boolean, ...sums: RawBuilder<unknown>[]) => (isWanted ? sums : []);
  return {
    /** Where tests alone are asked for, bugs make no difference, but for features that no test includes. */
    countsBugs:
      byBugs || query.dimensions.includes('feature') || query.metrics.some((name) => METRICS[name].of === 'bugs'),
    ofBugs: [
      ...statusSums(),
      ...when(parts.has('knownBugs'), sql`coalesce(sum(r.known), 0) as known`),
      ...when(parts.has('severityScore'), sql`coalesce(sum(${WEIGHT}), 0) as score`),
      ...when(parts.has('open'), ...openSums(query.now)),
      ...when(parts.has('reviews'), ...REVIEW_SUMS),
      ...when(parts.has('densityBugs'), sql`coalesce(sum(r.is_read), 0) as read_bugs`),
    ],
    /** One may be in several groups: these do not add up. */
    distinctOfBugs: [
      ...when(parts.has('testers'), sql`count(distinct r.author_id) as testers`),
      ...when(byBugs && parts.has('tests'), sql`count(distinct r.test_id) as tests`),
      ...when(byBugs && parts.has('features'), sql`count(distinct r.feature_id) as features`),
      ...when(byBugs && parts.has('testsCreated'), testsWith(sql`r.created_by_id`, 'created')),
      ...when(byBugs && parts.has('testsSubmitted'), testsWith(sql`r.submitted_by_id`, 'submitted')),
    ],
    ofTests: [
      sql`count(*) as tests, coalesce(sum(r.is_read), 0) as is_read`,
      ...when(!byBugs && parts.has('testsCreated'), sql`count(r.created_by_id) as created`),
      ...when(!byBugs && parts.has('testsSubmitted'), sql`count(r.submitted_by_id) as submitted`),
    ],
    ofFeatures: when(!byBugs && parts.has('features'), sql`count(distinct own.feature_id) as features`),
  };
}

/** Bugs by status. */
export function statusSums(): RawBuilder<unknown>[] {
  return BUG_STATUSES.map((status) => sql`${count(sql`r.bug_status = ${sql.lit(status)}`)} as ${sql.ref(status)}`);
}

function count(condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`count(*) filter (where ${condition})`;
}

function testsWith(column: RawBuilder<unknown>, name: string): RawBuilder<unknown> {
  return sql`count(distinct case when ${column} is not null then r.test_id end) as ${sql.ref(name)}`;
}

function openSums(now: number): RawBuilder<unknown>[] {
  const [young, old] = OPEN_AGE_BOUNDS_DAYS.map((days) => sql.lit(now - days * DAY_MS));
  const isOpen = sql`r.bug_status = 'open'`;
  return [
    sql`${count(sql`${isOpen} and r.reported_at > ${young}`)} as young`,
    sql`${count(sql`${isOpen} and r.reported_at <= ${young} and r.reported_at > ${old}`)} as middle`,
    sql`${count(sql`${isOpen} and r.reported_at <= ${old}`)} as old`,
    sql`${count(sql`${isOpen} and r.reported_at is null`)} as ageless`,
  ];
}

const IS_REVIEWED = sql`r.bug_status in ('accepted', 'rejected') and r.status_changed_at >= r.reported_at`;
const REVIEW_SUMS = [
  sql`${count(IS_REVIEWED)} as reviews`,
  sql`coalesce(sum(r.status_changed_at - r.reported_at) filter (where ${IS_REVIEWED}), 0) as review_ms`,
];

/** Sums of one group; undefined: it has no such rows. */
interface SumsOfGroup {
  readonly bugs: Sums | undefined;
  readonly tests: Sums | undefined;
  readonly features: Sums | undefined;
}

/** Bugs by status, of what `statusSums` counted. */
export function byStatus(sums: Sums | undefined): BugsByStatus {
  return Object.fromEntries(BUG_STATUSES.map((status) => [status, sums?.[status] ?? 0])) as BugsByStatus;
}

/** The parts of a group. */
export function partsOf(query: MetricQuery, { bugs, tests, features }: SumsOfGroup): MetricParts {
  const needed = partsFor(query.metrics);
  const byBugs = countsTestsByBugs(query);
  const ofBugs = (name: string) => bugs?.[name] ?? 0;
  const ofTests = (name: string) => tests?.[name] ?? 0;
  const counted = byBugs ? ofBugs : ofTests;
  const ifNeeded = (part: CountedPart, value: number) => (needed.has(part) ? value : Number.NaN);
  return {
    tests: byBugs ? ifNeeded('tests', counted('tests')) : counted('tests'),
    testsCreated: ifNeeded('testsCreated', counted('created')),
    testsSubmitted: ifNeeded('testsSubmitted', counted('submitted')),
    testsRead: ofTests('is_read'),
    testsUnread: ofTests('tests') - ofTests('is_read'),
    bugs: byStatus(bugs),
    knownBugs: ifNeeded('knownBugs', ofBugs('known')),
    severityScore: ifNeeded('severityScore', ofBugs('score')),
    open: {
      under_3_days: ifNeeded('open', ofBugs('young')),
      '3_to_7_days': ifNeeded('open', ofBugs('middle')),
      over_7_days: ifNeeded('open', ofBugs('old')),
      unknown: ifNeeded('open', ofBugs('ageless')),
    },
    reviews: ifNeeded('reviews', ofBugs('reviews')),
    reviewMs: ifNeeded('reviews', ofBugs('review_ms')),
    densityBugs: ifNeeded('densityBugs', ofBugs('read_bugs')),
    densityTests: hasDensity(query) ? ofTests('is_read') : null,
    features: needed.has('features') ? (byBugs ? ofBugs('features') : (features?.features ?? 0)) : null,
    testers: needed.has('testers') ? ofBugs('testers') : null,
  };
}
