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
import { COUNTED_SEVERITIES } from '@testio-mcp/persistence';
import { type RawBuilder, sql } from 'kysely';
import { hasStatus } from './codes.ts';
import { countsTestsByBugs, hasDensity, type MetricQuery, needsTestsByGroup } from './query.ts';

/** Sums by their names. */
export type Sums = Readonly<Record<string, number>>;

/** What one row adds to a sum: 1 when a condition holds, or an amount, null being none. */
export type Addend = { readonly when: RawBuilder<unknown> } | { readonly amount: RawBuilder<unknown> };

/** Something to sum up over the rows of a group, and the name of its sum. */
export interface Sum {
  readonly name: string;
  readonly of: RawBuilder<unknown>;
  /** Undefined for distinct counts: what a row adds to them depends on the others. */
  readonly each?: Addend;
}

/** A sum to which every row adds for itself, so that the sums of two halves of a group add up to its own. */
export function isAdditive(sum: Sum): sum is Sum & { readonly each: Addend } {
  return sum.each !== undefined;
}

const WEIGHTS: Readonly<Record<string, number>> = SEVERITY_WEIGHTS;
const WEIGHT = sql`case r.severity ${sql.join(
  COUNTED_SEVERITIES.map(
    (word, place) => sql`when ${sql.lit(place)} then ${sql.lit(WEIGHTS[word] ?? WEIGHT_WITHOUT_LEVEL)}`,
  ),
  sql` `,
)} end`;

/** What is summed up for a question: what its metrics need, and no more. */
export function sumsFor(query: MetricQuery) {
  const parts = partsFor(query.metrics);
  const byBugs = countsTestsByBugs(query);
  const when = (isWanted: boolean, ...sums: Sum[]) => (isWanted ? sums : []);
  return {
    /** Where tests alone are asked for, bugs make no difference, but for features that no test includes. */
    countsBugs:
      byBugs || query.dimensions.includes('feature') || query.metrics.some((name) => METRICS[name].of === 'bugs'),
    ofBugs: [
      ...statusSums(),
      ...when(parts.has('knownBugs'), total('known', sql`r.known`)),
      ...when(parts.has('severityScore'), total('score', WEIGHT)),
      ...when(parts.has('open'), ...openSums(query.now)),
      ...when(parts.has('reviews'), ...REVIEW_SUMS),
      ...when(parts.has('densityBugs'), total('read_bugs', sql`r.is_read`)),
    ],
    /** One may be in several groups: these do not add up. */
    distinctOfBugs: [
      ...when(parts.has('testers'), distinct('testers', sql`r.author_id`)),
      ...when(byBugs && parts.has('tests'), distinct('tests', sql`r.test_id`)),
      ...when(byBugs && parts.has('features'), distinct('features', sql`r.feature_id`)),
      ...when(byBugs && parts.has('testsCreated'), testsWith('created', sql`r.created_by_id`)),
      ...when(byBugs && parts.has('testsSubmitted'), testsWith('submitted', sql`r.submitted_by_id`)),
    ],
    ofTests: [
      { name: 'tests', of: sql`count(*)` },
      total('is_read', sql`r.is_read`),
      ...when(!byBugs && parts.has('testsCreated'), { name: 'created', of: sql`count(r.created_by_id)` }),
      ...when(!byBugs && parts.has('testsSubmitted'), { name: 'submitted', of: sql`count(r.submitted_by_id)` }),
    ],
    ofFeatures: when(!byBugs && parts.has('features'), distinct('features', sql`own.feature_id`)),
  };
}

/** Bugs by status. */
export function statusSums(): Sum[] {
  return BUG_STATUSES.map((status) => count(status, hasStatus(status)));
}

function count(name: string, condition: RawBuilder<unknown>): Sum {
  return { name, of: sql`count(*) filter (where ${condition})`, each: { when: condition } };
}

function total(name: string, column: RawBuilder<unknown>): Sum {
  return { name, of: sql`coalesce(sum(${column}), 0)`, each: { amount: column } };
}

function distinct(name: string, column: RawBuilder<unknown>): Sum {
  return { name, of: sql`count(distinct ${column})` };
}

function testsWith(name: string, column: RawBuilder<unknown>): Sum {
  return distinct(name, sql`case when ${column} is not null then r.test_id end`);
}

function openSums(now: number): Sum[] {
  const [young, old] = OPEN_AGE_BOUNDS_DAYS.map((days) => sql.lit(now - days * DAY_MS));
  const isOpen = hasStatus('open');
  return [
    count('young', sql`${isOpen} and r.reported_at > ${young}`),
    count('middle', sql`${isOpen} and r.reported_at <= ${young} and r.reported_at > ${old}`),
    count('old', sql`${isOpen} and r.reported_at <= ${old}`),
    count('ageless', sql`${isOpen} and r.reported_at is null`),
  ];
}

const IS_REVIEWED = sql`(${hasStatus('accepted')} or ${hasStatus('rejected')}) and r.status_changed_at >= r.reported_at`;
const REVIEW_SUMS = [
  count('reviews', IS_REVIEWED),
  total('review_ms', sql`case when ${IS_REVIEWED} then r.status_changed_at - r.reported_at end`),
];

/** Sums of one group; undefined: it has no such rows. */
interface SumsOfGroup {
  readonly bugs: Sums | undefined;
  readonly tests: Sums | undefined;
  readonly features: Sums | undefined;
}

/** Bugs by status, of what `statusSums` counted. */
export function byStatus(sums: Sums | undefined): BugsByStatus {
  return {
    open: sums?.open ?? 0,
    accepted: sums?.accepted ?? 0,
    auto_accepted: sums?.auto_accepted ?? 0,
    rejected: sums?.rejected ?? 0,
    other: sums?.other ?? 0,
  };
}

/** How the parts of a group follow from its sums. There may be many groups: what is the same for all is looked at once. */
export function partsOf(query: MetricQuery): (sums: SumsOfGroup) => MetricParts {
  const needed = partsFor(query.metrics);
  const byBugs = countsTestsByBugs(query);
  const withDensity = hasDensity(query);
  const withTests = needsTestsByGroup(query);
  const ifNeeded = (part: CountedPart, value: number | undefined) => (needed.has(part) ? (value ?? 0) : Number.NaN);
  return ({ bugs, tests, features }) => {
    const counted = byBugs ? bugs : tests;
    const all = withTests ? (tests?.tests ?? 0) : Number.NaN;
    const read = withTests ? (tests?.is_read ?? 0) : Number.NaN;
    return {
      tests: byBugs ? ifNeeded('tests', counted?.tests) : all,
      testsCreated: ifNeeded('testsCreated', counted?.created),
      testsSubmitted: ifNeeded('testsSubmitted', counted?.submitted),
      testsRead: read,
      testsUnread: all - read,
      bugs: byStatus(bugs),
      knownBugs: ifNeeded('knownBugs', bugs?.known),
      severityScore: ifNeeded('severityScore', bugs?.score),
      open: {
        under_3_days: ifNeeded('open', bugs?.young),
        '3_to_7_days': ifNeeded('open', bugs?.middle),
        over_7_days: ifNeeded('open', bugs?.old),
        unknown: ifNeeded('open', bugs?.ageless),
      },
      reviews: ifNeeded('reviews', bugs?.reviews),
      reviewMs: ifNeeded('reviews', bugs?.review_ms),
      densityBugs: ifNeeded('densityBugs', bugs?.read_bugs),
      densityTests: withDensity ? read : null,
      features: needed.has('features') ? ((byBugs ? bugs : features)?.features ?? 0) : null,
      testers: needed.has('testers') ? (bugs?.testers ?? 0) : null,
    };
  };
}
