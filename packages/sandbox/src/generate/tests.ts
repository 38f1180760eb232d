import type { FeatureRecord, ProductRecord, TestRecord } from '../account/records.ts';
import { foldSeed, Random } from '../random.ts';
import { DAY } from '../time.ts';
import { type GeneratedFeatures, IdSource } from './features.ts';
import { type People, teamOf } from './people.ts';
import { dealStatuses, type Schedule, schedule } from './schedule.ts';
import { apportion, type Size, type SizePlan } from './sizes.ts';
import { generateSnapshots } from './snapshots.ts';

const KIND = 4;
/** Bugs have ids four apart, so that the id of any bug follows from the first one of its test. */
export const BUG_ID_STEP = 4;
const BUG_WEIGHTS: Readonly<Record<string, number>> = { coverage: 14, focused: 11, rapid: 7, usability: 9 };

interface Draft extends Schedule {
  readonly productIndex: number;
  /** Position among the product's readable tests; null for a poisoned one. */
  readonly ordinal: number | null;
  readonly status: string;
  readonly testingType: string;
  readonly weight: number;
}

export interface GeneratedTests {
  /** Ids ascending. */
  readonly tests: TestRecord[];
  readonly poisoned: readonly number[];
}

/** All tests of an account, readable and poisoned, without their texts (those follow from the id). */
export function generateTests(
  size: Size,
  plan: SizePlan,
  seed: number,
  now: number,
  products: readonly ProductRecord[],
  features: ReadonlyMap<number, GeneratedFeatures>,
  people: People,
): GeneratedTests {
  const root = foldSeed(seed);
  const random = new Random(root, KIND);
  const drafts = draftTests(size, plan, now, random);
  const bugCounts = apportion(
    plan.bugs,
    drafts.map((draft) => (draft.ordinal === null ? 0 : draft.weight)),
  );
  const testIds = new IdSource(140_000, root, KIND, 1);
  const bugIds = new IdSource(3_000_000, root, KIND, 2);
  const snapshotIds = new IdSource(1_100_000, root, KIND, 3);
  const versionIds = new IdSource(240_000, root, KIND, 4);
  const poisoned: number[] = [];
  const planted = { usability: size === 'small' ? 0 : 2, severityMissing: size === 'small' ? 0 : 2, manyRuns: 1 };
  let reporters = 0;

  const tests = drafts.map((draft, i): TestRecord => {
    const product = products[draft.productIndex] as ProductRecord;
    const id = testIds.next(size === 'large' ? 5 : 40);
    const own = new Random(root, KIND, id);
    const bugCount = draft.ordinal === null ? own.int(3, 12) : (bugCounts[i] ?? 0);
    const isReadable = draft.ordinal !== null;
    if (!isReadable) poisoned.push(id);
    const { sectionId, candidates } = placeInSection(product, features.get(product.id), own);
    const isOld = draft.endAt !== null && draft.endAt < now - 200 * DAY;
    const gone = features.get(product.id)?.gone ?? [];
    const snapshots = generateSnapshots(candidates, gone, isOld, own, snapshotIds, versionIds);
    const team = teamOf(people, draft.productIndex, products.length);
    const creator = draft.ordinal !== null && draft.ordinal < team.length ? team[draft.ordinal] : own.pick(team);
    const isAnonymous = (draft.ordinal ?? team.length) >= team.length && own.chance(0.03);
    const first = people.testers[reporters % people.testers.length] ?? '';
    if (isReadable && bugCount > 0) reporters += 1;
    const runs = draft.status === 'running' && planted.manyRuns > 0 && (snapshots[0]?.stories.length ?? 0) > 0;
    if (runs) planted.manyRuns -= 1;
    const usabilityBug = isReadable && bugCount > 2 && draft.status === 'locked' && planted.usability > 0;
    if (usabilityBug) planted.usability -= 1;
    const severityMissing = isReadable && bugCount > 2 && draft.status === 'archived' && planted.severityMissing > 0;
    if (severityMissing) planted.severityMissing -= 1;
    return {
      id,
      productId: product.id,
      sectionId,
      status: draft.status,
      testingType: draft.testingType,
      startAt: draft.startAt,
      endAt: draft.endAt,
      createdBy: isAnonymous ? null : (creator ?? null),
      submittedBy: isAnonymous || own.chance(0.05) ? null : own.chance(0.85) ? (creator ?? null) : own.pick(team),
      environmentId: product.environments.length > 0 && own.chance(0.93) ? own.pick(product.environments).id : null,
      snapshots,
      activity: draft.activity,
      panel: draft.activity === null ? [] : [...new Set([first, ...own.sample(people.testers, own.int(3, 9))])],
      firstBugId: bugIds.next(30, Math.max(1, bugCount) * BUG_ID_STEP),
      bugCount,
      rejectionBias: [0, 0.03, -0.04, 0.05, -0.02, 0][draft.productIndex % 6] ?? 0,
      traits: { usabilityBug, severityMissing, manyRuns: runs ? (size === 'small' ? 30 : 130) : 0 },
      edits: {},
    };
  });
  return { tests, poisoned };
}

/** What, when and how much, for every test, in the order in which they were set up. */
function draftTests(size: Size, plan: SizePlan, now: number, random: Random): Draft[] {
  const total = plan.products.reduce((sum, product) => sum + product.tests, 0);
  const statuses = dealStatuses(total, random);
  if (size === 'medium') statuses[statuses.indexOf('customer_finalized')] = 'paused';
  let dealt = 0;
  const drafts = plan.products.flatMap((product, productIndex) =>
    Array.from({ length: product.tests + product.poisoned }, (_, k): Draft => {
      const ordinal = k < product.tests ? k : null;
      const status = ordinal === null ? random.pick(['archived', 'locked']) : (statuses[dealt++] ?? 'archived');
      const testingType = random.weighted([
        ['coverage', 47],
        ['focused', 28],
        ['rapid', 24],
        ['usability', 1],
      ]);
      const dates = schedule(status, testingType, now, plan.historyDays, random);
      const spread = 0.15 - Math.log(1 - random.next() * 0.995);
      const weight =
        dates.activity === null ? 0 : (BUG_WEIGHTS[testingType] ?? 10) * spread * (status === 'running' ? 0.6 : 1);
      return { productIndex, ordinal, status, testingType, weight, ...dates };
    }),
  );
  return drafts
    .map((draft, i) => ({ draft, i }))
    .sort((a, b) => a.draft.createdAt - b.draft.createdAt || a.i - b.i)
    .map(({ draft }) => draft);
}

/** The section of a test and the features that lie in it. Tests of products without sections are in the default one. */
function placeInSection(
  product: ProductRecord,
  features: GeneratedFeatures | undefined,
  random: Random,
): { sectionId: number; candidates: readonly FeatureRecord[] } {
  const listed = features?.listed ?? [];
  const named = [...product.sections, ...product.hiddenSections];
  if (named.length === 0) return { sectionId: product.defaultSectionId, candidates: listed };
  const sectionId = random.pick(named).id;
  const inside = listed.filter((feature) => feature.sectionIds.includes(sectionId));
  return { sectionId, candidates: inside.length > 0 ? inside : listed };
}
