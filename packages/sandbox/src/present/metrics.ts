import type { Account, BugRecord } from '../account/account.ts';
import type { SnapshotRecord, TestRecord } from '../account/records.ts';
import type { Execution } from '../generate/executions.ts';
import { hash } from '../random.ts';
import type { WireAnalytics, WireBug, WireRunStatus } from '../wire.ts';
import { presentBug } from './bug.ts';

const KIND = 11;

export interface SnapshotMetrics {
  readonly execution_status: WireRunStatus;
  readonly tester_count: number;
  readonly bugs_found: number;
  readonly bug_ids: number[];
}

export interface StoryMetrics {
  readonly execution_status: WireRunStatus;
  readonly tested_by_count: number;
  readonly bugs_found: number;
  readonly bug_ids: number[];
}

export interface TestMetrics {
  readonly analytics: WireAnalytics;
  /** By snapshot id. */
  readonly snapshots: ReadonlyMap<number, SnapshotMetrics>;
  /** By version id. */
  readonly stories: ReadonlyMap<number, StoryMetrics>;
}

interface MeasuredStory {
  readonly runs: readonly Execution[];
  readonly metrics: StoryMetrics;
}

/** Runs that say something: pending and cancelled ones count as none (customer-api 8.8). */
function counted(run: Execution): boolean {
  return run.status !== 'pending' && run.status !== 'cancelled';
}

/** The execution metrics of a test, by the rules of customer-api 8.8. */
export function measure(account: Account, test: TestRecord): TestMetrics {
  const bugs = account.bugsOf(test).map((bug) => ({ bug, wire: presentBug(account, test, bug) }));
  const snapshots = new Map<number, SnapshotMetrics>();
  const stories = new Map<number, StoryMetrics>();
  const testers = new Set<string>();
  const devices = new Set<number>();
  const totals = { tested: 0, passed: 0, failed: 0 };
  const ofStories = { total: 0, tested: 0, passed: 0, failed: 0, blocked: 0 };

  for (const snapshot of test.snapshots) {
    const own = bugs.filter(({ wire }) => wire.test_feature?.id === snapshot.id);
    const measured = measureStories(account, test, snapshot, own);
    const people = new Set<string>();
    for (const { wire } of own) noteBug(wire, people, devices);
    for (const { runs } of measured) for (const run of runs) noteRun(run, people, devices);
    for (const name of people) testers.add(name);

    const statuses = measured.map((story) => story.metrics.execution_status);
    const isTested = own.length > 0 || measured.some((story) => story.runs.length > 0);
    const isFailed = own.length > 0 || statuses.includes('failed');
    snapshots.set(snapshot.id, {
      execution_status: isFailed
        ? 'failed'
        : !isTested
          ? 'not_tested'
          : statuses.includes('blocked')
            ? 'blocked'
            : 'passed',
      tester_count: people.size,
      bugs_found: own.length,
      bug_ids: own.map(({ wire }) => wire.id),
    });
    if (isTested) totals.tested += 1;
    if (isTested && isFailed) totals.failed += 1;
    if (isTested && own.length === 0 && statuses.every((status) => status === 'passed')) totals.passed += 1;

    measured.forEach(({ runs, metrics }, i) => {
      stories.set(snapshot.firstVersionId + i, metrics);
      ofStories.total += 1;
      if (runs.length === 0) return;
      const isStoryFailed = metrics.execution_status === 'failed';
      ofStories.tested += 1;
      if (isStoryFailed) ofStories.failed += 1;
      if (metrics.bugs_found === 0 && runs.every((run) => run.status === 'passed')) ofStories.passed += 1;
      if (runs.some((run) => run.status === 'blocked') && runs.every((run) => run.status !== 'failed'))
        ofStories.blocked += 1;
    });
  }
  for (const { wire } of bugs) noteBug(wire, testers, devices);
  return {
    analytics: {
      testers_count: testers.size,
      devices_count: devices.size,
      total_features: test.snapshots.length,
      tested_features: totals.tested,
      passed_features: totals.passed,
      failed_features: totals.failed,
      total_user_stories: ofStories.total,
      tested_user_stories: ofStories.tested,
      passed_user_stories: ofStories.passed,
      failed_user_stories: ofStories.failed,
      blocked_user_stories: ofStories.blocked,
      total_bugs: bugs.length,
    },
    snapshots,
    stories,
  };
}

function measureStories(
  account: Account,
  test: TestRecord,
  snapshot: SnapshotRecord,
  bugs: readonly { readonly bug: BugRecord; readonly wire: WireBug }[],
): MeasuredStory[] {
  const runsOf = snapshot.stories.map((story, i) =>
    account.executionsOf({ test, snapshot, story, versionId: snapshot.firstVersionId + i }).filter(counted),
  );
  const run = runsOf.flatMap((runs, i) => (runs.length > 0 ? [i] : []));
  const bugIds = snapshot.stories.map((): number[] => []);
  for (const { wire } of bugs) {
    // About half of the bugs hang on a story, and only on one that was run.
    const at = hash(account.root, KIND, wire.id) % Math.max(1, run.length * 2);
    const story = run[at];
    if (story !== undefined) bugIds[story]?.push(wire.id);
  }
  return runsOf.map((runs, i) => {
    const ids = bugIds[i] ?? [];
    const people = new Set(runs.map((r) => r.executedBy).filter((name) => name !== null));
    return {
      runs,
      metrics: {
        execution_status: statusOf(runs, ids.length),
        tested_by_count: people.size,
        bugs_found: ids.length,
        bug_ids: ids,
      },
    };
  });
}

/** A failed run or a linked bug, else nothing run, else a blocked run, else passed. */
function statusOf(runs: readonly Execution[], bugs: number): WireRunStatus {
  if (bugs > 0 || runs.some((run) => run.status === 'failed')) return 'failed';
  if (runs.length === 0) return 'not_tested';
  return runs.some((run) => run.status === 'blocked') ? 'blocked' : 'passed';
}

function noteBug(bug: WireBug, people: Set<string>, devices: Set<number>): void {
  if (bug.author !== null) people.add(bug.author.name);
  for (const device of bug.devices ?? []) devices.add(device.devices.id);
}

function noteRun(run: Execution, people: Set<string>, devices: Set<number>): void {
  if (run.executedBy !== null) people.add(run.executedBy);
  for (const device of run.devices) devices.add(device.device.id);
}
