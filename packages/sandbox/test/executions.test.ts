import type { Sandbox } from '@testio-mcp/sandbox';
import { describe, expect, test } from 'vitest';
import { call, sandboxForTest } from './sandbox-client.ts';

/** In its account a tester has only a pending run of a story, so that counting pending runs would show. */
const SEED_WITH_TELLING_PENDING_RUNS = 2;

interface Run {
  id: number;
  status: string;
  comment: string | null;
  executed_by: string | null;
  executed_at: string;
  device_reports: { device: { id: number } }[];
  test_cycle: { id: number };
}

interface Story {
  id: number;
  user_story_version_id: number;
  execution_status: string;
  tested_by_count: number;
  bugs_found: number;
  bug_ids: number[];
}

async function runsOf(sandbox: Sandbox, query: string): Promise<Run[]> {
  const runs: Run[] = [];
  for (let page = 1; ; page++) {
    const { json } = await call(sandbox, `/user_story_version_executions?${query}&page=${page}&per_page=100`);
    runs.push(...json.user_story_version_executions);
    if (runs.length >= json.meta.record_count) return runs;
  }
}

interface Item {
  id: number;
  status: string;
  features: { user_stories: Story[] | null }[];
}

async function readableTests(sandbox: Sandbox): Promise<Item[]> {
  const tests: Item[] = [];
  for (const id of sandbox.state().ids.tests) {
    tests.push((await call(sandbox, `/exploratory_tests/${id}?includes[]=user_stories`)).json.exploratory_test);
  }
  return tests;
}

describe('executions', () => {
  test('are paged even unasked, in order of time, and counted before paging', async () => {
    const sandbox = await sandboxForTest();
    const all = await runsOf(sandbox, '');
    const { json } = await call(sandbox, '/user_story_version_executions');
    expect(json.meta).toEqual({ record_count: all.length });
    expect(json.user_story_version_executions).toEqual(all.slice(0, 25));
    expect(
      (await call(sandbox, '/user_story_version_executions?per_page=7')).json.user_story_version_executions,
    ).toEqual(all.slice(0, 7));
    const keys = all.map((run) => [Date.parse(run.executed_at), run.id] as const);
    expect(keys).toEqual(keys.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(await runsOf(sandbox, 'order=desc')).toEqual(all.toReversed());
    expect(new Set(all.map((run) => run.id)).size).toBe(all.length);
    expect((await call(sandbox, `/user_story_version_executions?page=99`)).json.user_story_version_executions).toEqual(
      [],
    );
    expect((await call(sandbox, '/user_story_version_executions?order=up')).status).toBe(400);
    expect((await call(sandbox, '/user_story_version_executions?user_story_ids[]=a')).status).toBe(400);
    expect(all[0]).toEqual({
      id: expect.any(Number),
      status: expect.stringMatching(/^(pending|passed|failed|blocked|cancelled)$/),
      comment: expect.toSatisfy((value) => value === null || typeof value === 'string'),
      executed_by: expect.toSatisfy((value) => value === null || typeof value === 'string'),
      device_reports: expect.any(Array),
      test_cycle: expect.objectContaining({ id: expect.any(Number), title: expect.any(String) }),
      executed_at: expect.any(String),
    });
  });

  test('are filtered by stories and by versions, and only by known testers', async () => {
    const sandbox = await sandboxForTest();
    const all = await runsOf(sandbox, '');
    const { user_stories: storyIds, people } = sandbox.state().ids;
    const byStory: Run[] = [];
    for (const id of storyIds) byStory.push(...(await runsOf(sandbox, `user_story_ids[]=${id}`)));
    expect(byStory.map((run) => run.id).sort()).toEqual(all.map((run) => run.id).sort());
    const stories = (await readableTests(sandbox)).flatMap((item) =>
      item.features.flatMap((f) => f.user_stories ?? []),
    );
    const [one, two] = stories.filter((story) => story.tested_by_count > 0);
    const together = await runsOf(
      sandbox,
      `user_story_version_ids[]=${one?.user_story_version_id}&user_story_version_ids[]=${two?.user_story_version_id}`,
    );
    const apart = [
      ...(await runsOf(sandbox, `user_story_version_ids[]=${one?.user_story_version_id}`)),
      ...(await runsOf(sandbox, `user_story_version_ids[]=${two?.user_story_version_id}`)),
    ];
    expect(together.map((run) => run.id).sort()).toEqual(apart.map((run) => run.id).sort());
    expect(apart.length).toBeGreaterThan(1);
    expect(await runsOf(sandbox, `user_story_version_ids[]=${one?.user_story_version_id}&user_story_ids[]=1`)).toEqual(
      [],
    );
    for (const run of all) if (run.executed_by !== null) expect(people).toContain(`tester:${run.executed_by}`);
  });

  test('a running test has a story with more runs than a page holds', async () => {
    const sandbox = await sandboxForTest();
    const stories = (await readableTests(sandbox))
      .filter((item) => item.status === 'running')
      .flatMap((item) => item.features.flatMap((snapshot) => snapshot.user_stories ?? []));
    const counts = [];
    for (const { user_story_version_id: id } of stories) {
      const { json } = await call(sandbox, `/user_story_version_executions?user_story_version_ids[]=${id}`);
      counts.push([json.meta.record_count, json.user_story_version_executions.length]);
    }
    expect(counts).toContainEqual([30, 25]);
  });
});

describe('metrics of a test', () => {
  test('follow from its runs and bugs by the documented rules', async () => {
    const sandbox = await sandboxForTest({ seed: SEED_WITH_TELLING_PENDING_RUNS });
    const seen = new Set<string>();
    let telling = 0;
    for (const id of sandbox.state().ids.tests) {
      const item = (await call(sandbox, `/exploratory_tests/${id}?includes[]=user_stories`)).json.exploratory_test;
      const bugs = (await call(sandbox, `/bugs?filter_test_cycle_ids=${id}`)).json.bugs;
      const expected = { tested: 0, passed: 0, failed: 0 };
      const ofStories = { total: 0, tested: 0, passed: 0, failed: 0, blocked: 0 };
      const everybody = new Set<string>();
      for (const snapshot of item.features) {
        const own = bugs.filter((bug: { test_feature: { id: number } }) => bug.test_feature.id === snapshot.id);
        const people = new Set<string>(own.map((bug: { author: { name: string } }) => bug.author.name));
        const statuses: string[] = [];
        let anyRun = false;
        for (const story of (snapshot.user_stories ?? []) as Story[]) {
          const all = await runsOf(sandbox, `user_story_version_ids[]=${story.user_story_version_id}`);
          const runs = all.filter((run) => ['passed', 'failed', 'blocked'].includes(run.status));
          const names = new Set(runs.map((run) => run.executed_by));
          if (all.some((run) => run.status === 'pending' && !names.has(run.executed_by))) telling += 1;
          for (const run of runs) if (run.executed_by !== null) people.add(run.executed_by);
          const results = runs.map((run) => run.status);
          const status =
            story.bug_ids.length > 0 || results.includes('failed')
              ? 'failed'
              : runs.length === 0
                ? 'not_tested'
                : results.includes('blocked')
                  ? 'blocked'
                  : 'passed';
          expect(story.execution_status).toBe(status);
          expect(story.tested_by_count).toBe(new Set(runs.map((run) => run.executed_by).filter(Boolean)).size);
          expect(own.map((bug: { id: number }) => bug.id)).toEqual(expect.arrayContaining(story.bug_ids));
          if (runs.length === 0) expect(story.bug_ids).toEqual([]);
          anyRun ||= runs.length > 0;
          statuses.push(status);
          seen.add(status);
          ofStories.total += 1;
          if (runs.length === 0) continue;
          ofStories.tested += 1;
          if (status === 'failed') ofStories.failed += 1;
          if (story.bug_ids.length === 0 && results.every((result) => result === 'passed')) ofStories.passed += 1;
          if (results.includes('blocked') && !results.includes('failed')) ofStories.blocked += 1;
        }
        const status =
          own.length > 0 || statuses.includes('failed')
            ? 'failed'
            : !anyRun
              ? 'not_tested'
              : statuses.includes('blocked')
                ? 'blocked'
                : 'passed';
        expect(snapshot.execution_status).toBe(status);
        expect(snapshot.bug_ids).toEqual(own.map((bug: { id: number }) => bug.id));
        expect(snapshot.bugs_found).toBe(own.length);
        expect(snapshot.tester_count).toBe(people.size);
        for (const name of people) everybody.add(name);
        if (own.length > 0 || anyRun) expected.tested += 1;
        if (status === 'failed') expected.failed += 1;
        if (own.length === 0 && anyRun && statuses.every((s) => s === 'passed')) expected.passed += 1;
      }
      expect(item.analytics).toEqual({
        testers_count: everybody.size,
        devices_count: expect.any(Number),
        total_features: item.features.length,
        tested_features: expected.tested,
        passed_features: expected.passed,
        failed_features: expected.failed,
        total_user_stories: ofStories.total,
        tested_user_stories: ofStories.tested,
        passed_user_stories: ofStories.passed,
        failed_user_stories: ofStories.failed,
        blocked_user_stories: ofStories.blocked,
        total_bugs: bugs.length,
      });
      if (item.status === 'initialized') {
        expect(Object.values(item.analytics).filter((n) => n !== 0)).toEqual(
          [item.features.length, ofStories.total].filter((n) => n !== 0),
        );
      }
    }
    expect([...seen].sort()).toEqual(['blocked', 'failed', 'not_tested', 'passed']);
    expect(telling).toBeGreaterThan(0);
  });
});
