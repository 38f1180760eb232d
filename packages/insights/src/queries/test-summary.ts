import { BUG_TYPES, EXECUTION_STATUSES, toIso, type WebLinks } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { cutText } from '../quote/cut-text.ts';
import { addUpBugs, ratesOf } from '../shapes/bug-counts.ts';
import { toBugFacts } from '../shapes/bug-row.ts';
import { toPerson } from '../shapes/person.ts';
import { platformLines } from '../shapes/platform.ts';
import { shownDevices } from '../shapes/story-runs.ts';
import { BRIEF_STORIES, BRIEF_TEXT, LONG_TEXTS, RECENT_BUGS, type TestSummary } from '../shapes/test-summary.ts';
import { toTitled } from '../shapes/titled.ts';
import { toWebLink } from '../shapes/web-link.ts';
import { type PlatformCount, platformCounts, recentBugs, testBugGroups } from './test-bugs.ts';
import { findTest, testAnalytics, testFeatures, testRequirements, testRuns, testStories } from './test-parts.ts';

type Db = ReadScope['db'];
type Detail = 'brief' | 'full';
type Features = Awaited<ReturnType<typeof testFeatures>>;

/**
 * Everything about one living test, with a fixed number of statements; null where the store does not have it.
 *
 * @param detail `brief` cuts long texts and shows the most telling user stories only
 */
export async function readTestSummary(
  db: Db,
  id: number,
  detail: Detail,
  webLinks?: WebLinks,
): Promise<Omit<TestSummary, 'as_of' | 'completeness'> | null> {
  const [test] = await findTest(db, id);
  if (test === undefined) return null;
  const features = await testFeatures(db, id);
  const knowsBugs = test.bugs_at !== null;
  const forgottenSince = toIso(test.forgotten_at);
  const long = longTexts(test, detail);
  return {
    test: {
      id,
      title: cleanTesterText(test.title),
      ...toWebLink(webLinks, 'test', { id, product_id: test.product_id }),
      status: cleanTesterText(test.status),
      testing_type: cleanTesterText(test.testing_type),
      review_status: cleanTesterText(test.review_status),
      ...long,
      start_at: toIso(test.start_at),
      end_at: toIso(test.end_at),
      product: toTitled(test.product_id, test.product_title),
      environment: toTitled(test.environment_id, test.environment_title),
      created_by: toPerson(test.created_by_id, test.created_by),
      submitted_by: toPerson(test.submitted_by_id, test.submitted_by),
      enable_low: toBoolean(test.enable_low),
      enable_high: toBoolean(test.enable_high),
      enable_critical: toBoolean(test.enable_critical),
      requirements_summary: forgottenSince === null ? platformLines(await testRequirements(db, id)) : null,
      ...(forgottenSince === null ? {} : { forgotten_since: forgottenSince }),
    },
    features: features.map((feature) => ({
      id: feature.id,
      snapshot_id: feature.snapshot_id,
      title: cleanTesterText(feature.title),
      execution_status: cleanTesterText(feature.execution_status),
      tester_count: feature.tester_count,
      bugs: knowsBugs ? feature.bugs : null,
    })),
    user_stories: test.details_at === null ? null : await storyResults(db, test, detail),
    analytics: await analyticsOf(db, id),
    bugs: knowsBugs ? await bugsOf(db, id, features) : null,
  };
}

function longTexts(test: Readonly<Record<(typeof LONG_TEXTS)[number], string | null>>, detail: Detail) {
  const longest = detail === 'full' ? Number.POSITIVE_INFINITY : BRIEF_TEXT;
  const goal = cutText(cleanTesterText(test.goal, 'block'), longest);
  const instructions = cutText(cleanTesterText(test.instructions, 'block'), longest);
  const out_of_scope = cutText(cleanTesterText(test.out_of_scope, 'block'), longest);
  const cut = LONG_TEXTS.filter((name) => ({ goal, instructions, out_of_scope })[name].isCut);
  return {
    goal: goal.text,
    instructions: instructions.text,
    out_of_scope: out_of_scope.text,
    ...(cut.length === 0 ? {} : { texts_cut: cut }),
  };
}

async function storyResults(
  db: Db,
  test: { readonly id: number; readonly executions_at: number | null },
  detail: Detail,
): Promise<NonNullable<TestSummary['user_stories']>> {
  const stories = await testStories(db, test.id);
  const runsOf = await testRuns(db, test.id);
  const by_status = { not_tested: 0, passed: 0, failed: 0, blocked: 0, other: 0 };
  for (const story of stories) {
    by_status[EXECUTION_STATUSES.find((status) => status === story.execution_status) ?? 'other'] += 1;
  }
  const shown = detail === 'full' ? stories : stories.slice(0, BRIEF_STORIES);
  return {
    total: stories.length,
    by_status,
    items: shown.map((story) => {
      const ran = test.executions_at === null || story.version_id === null ? null : runsOf(story.version_id);
      return {
        ...toTitled(story.id, story.title ?? story.path),
        snapshot_id: story.snapshot_id,
        execution_status: cleanTesterText(story.execution_status),
        tested_by_count: story.tested_by_count,
        bugs_found: story.bugs_found,
        runs: ran?.runs ?? null,
        ...(ran === null ? {} : shownDevices(ran.devices, detail === 'full')),
      };
    }),
  };
}

async function analyticsOf(db: Db, testId: number): Promise<TestSummary['analytics']> {
  const [row] = await testAnalytics(db, testId);
  if (row === undefined) return null;
  const { test_id: _, ...figures } = row;
  return figures;
}

async function bugsOf(db: Db, testId: number, features: Features): Promise<NonNullable<TestSummary['bugs']>> {
  const groups = await testBugGroups(db, testId);
  const counts = addUpBugs(groups);
  const by_type = { functional: 0, visual: 0, content: 0, custom: 0, other: 0 };
  for (const group of groups) by_type[BUG_TYPES.find((type) => type === group.bug_type) ?? 'other'] += group.bugs;
  const recent = await recentBugs(db, testId, RECENT_BUGS);
  return {
    ...counts,
    by_type,
    known: groups.reduce((sum, group) => sum + group.known, 0),
    without_feature: counts.total - features.reduce((sum, feature) => sum + feature.bugs, 0),
    by_platform: platformsOf(await platformCounts(db, testId), counts.total),
    rates: ratesOf(counts),
    recent: recent.map(toBugFacts),
  };
}

function platformsOf(counts: readonly PlatformCount[], total: number): NonNullable<TestSummary['bugs']>['by_platform'] {
  const of = (kind: PlatformCount['kind']) =>
    counts.filter((each) => each.kind === kind).map(({ name, bugs }) => ({ name: cleanTesterText(name), bugs }));
  const withDevice = counts.find(({ kind }) => kind === 'any')?.bugs ?? 0;
  return {
    operating_systems: of('operating_system'),
    browsers: of('browser'),
    device_categories: of('device_category'),
    without_device: total - withDevice,
  };
}

function toBoolean(flag: 0 | 1 | null): boolean | null {
  return flag === null ? null : flag === 1;
}
