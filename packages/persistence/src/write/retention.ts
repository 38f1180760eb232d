import { type FeatureSnapshot, isBeyondRetention, type Test } from '@testio-mcp/domain';
import { idList } from '../sqlite/id-list.ts';
import type { ReadScope, WriteScope } from '../store.ts';

/** How tests that are about to be written stand to the limit of age that the store remembers. */
export interface Ageing {
  /** Too old: only their head is kept. */
  readonly beyond: ReadonlySet<number>;
  /** Of those, the ones that are stored whole. */
  readonly toForget: readonly number[];
  /** Stored as a head, and to be kept whole again. */
  readonly returning: ReadonlySet<number>;
}

/** How this store keeps tests by their age: no more than so many days after their end; null: without limit. */
export async function retentionDaysOf({ db }: Pick<ReadScope, 'db'>): Promise<number | null> {
  const account = await db.selectFrom('account').select('retention_days').where('id', '=', 1).executeTakeFirst();
  return account?.retention_days ?? null;
}

/** Tells which of some tests, as the API has them now, are too old for this store. */
export async function ageingOf(scope: WriteScope, tests: readonly Test[]): Promise<Ageing> {
  const { db, now } = scope;
  const days = await retentionDaysOf(scope);
  const stored = await db
    .selectFrom('tests')
    .leftJoin('test_freshness as f', 'f.test_id', 'tests.id')
    .select(['tests.id', 'tests.first_seen_at', 'f.forgotten_at'])
    .where('tests.id', 'in', idList(tests.map((test) => test.id)))
    .execute();
  const known = new Map(stored.map((row) => [row.id, row]));
  const beyond = new Set(
    tests
      .filter(({ id, status, startAt, endAt }) => {
        const firstSeenAt = known.get(id)?.first_seen_at ?? now;
        return isBeyondRetention({ status, startAt, endAt, firstSeenAt, isDeleted: false }, days, now);
      })
      .map((test) => test.id),
  );
  return {
    beyond,
    toForget: stored.filter((row) => beyond.has(row.id) && row.forgotten_at === null).map((row) => row.id),
    returning: new Set(stored.filter((row) => !beyond.has(row.id) && row.forgotten_at !== null).map((row) => row.id)),
  };
}

/** Those of some tests of which no more than the head is kept. */
export async function forgottenAmong({ db }: ReadScope, testIds: Iterable<number>): Promise<Set<number>> {
  const rows = await db
    .selectFrom('test_freshness')
    .select('test_id')
    .where('test_id', 'in', idList(testIds))
    .where('forgotten_at', 'is not', null)
    .execute();
  return new Set(rows.map((row) => row.test_id));
}

/**
 * What is kept of a test that is too old: which one it is, where it belongs, how it stands, when it was, and which features it
 * had, so that tests and the tests of features can still be counted.
 */
export function headOf(test: Test): Test {
  return {
    ...test,
    title: null,
    goal: null,
    instructions: null,
    outOfScope: null,
    createdBy: null,
    submittedBy: null,
    enableLow: null,
    enableHigh: null,
    enableCritical: null,
    allowedBugTypes: [],
    reportLanguage: null,
    environment: null,
    features: test.features.map(featureHeadOf),
    requirements: [],
    attachments: [],
    reviews: [],
    analytics: null,
    raw: {},
  };
}

function featureHeadOf(snapshot: FeatureSnapshot): FeatureSnapshot {
  return {
    ...snapshot,
    title: null,
    description: null,
    howToFind: null,
    targetIdx: null,
    enableDefault: false,
    enableContent: false,
    enableVisual: false,
    userStoryTexts: [],
    userStories: null,
  };
}
