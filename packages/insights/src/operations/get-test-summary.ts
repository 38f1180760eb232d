import { TestioError } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { z } from 'zod';
import { detail, freshness, testId } from '../input/parameters.ts';
import { defineOperation } from '../operation.ts';
import { readTestSummary } from '../queries/test-summary.ts';
import { countOf, countsText, day, named, percent, trustLine } from '../render/lines.ts';
import { testSummary } from '../shapes/test-summary.ts';
import { webLinkLines } from '../shapes/web-link.ts';
import { readTrust } from '../trust/read-trust.ts';

/** Failed and blocked stories that the text names. */
const FEW_STORIES = 5;

/** One test with everything that is known about it. */
export const getTestSummary = defineOperation({
  name: 'get_test_summary',
  title: 'Summarise a test',
  description:
    'One test: goal, scope, devices, results of features and user stories, bugs by status, severity and platform.\nChoose it for anything about one test; list_bugs for each of its bugs.',
  input: z.strictObject({
    test_id: testId,
    detail: detail('whole texts, all user stories'),
    freshness,
  }),
  output: testSummary,
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/tests/{test_id}/summary' },
  shows: ({ test_id }) => ({ wholeTests: [test_id] }),
  async run({ store, webLinks }, { test_id: id, detail: asked }) {
    return store.read(async ({ db }) => {
      const summary = await readTestSummary(db, id, asked, webLinks);
      if (summary === null) throw testNotFound(id);
      const ground = {
        products: null,
        tests: sql`(${id})`,
        facets: ['tests', 'test_details', 'executions', 'bugs'] as const,
      };
      return { ...summary, ...(await readTrust(db, ground)) };
    });
  },
  render({ test, features, user_stories: stories, bugs, ...rest }) {
    const lines = [
      `${named(test)} of ${named(test.product)}: ${test.status ?? 'status unknown'}, ${test.testing_type ?? 'type unknown'}.`,
      `From ${day(test.start_at) ?? 'unknown'} to ${day(test.end_at) ?? 'unknown'}; ${countOf(features.length, 'feature')}.`,
    ];
    lines.push(...webLinkLines(test));
    if (stories !== null) lines.push(`User stories: ${stories.total} (${countsText(stories.by_status)}).`);
    lines.push(...failingStories(stories?.items ?? []));
    if (test.forgotten_since !== undefined) lines.push(`All but this was forgotten on ${day(test.forgotten_since)}.`);
    else if (bugs === null) lines.push('Bugs: never loaded.');
    else {
      lines.push(
        `Bugs: ${bugs.total} (${countsText(bugs.by_status)}); by severity: ${countsText(bugs.by_severity)}.`,
        `Accepted ${percent(bugs.rates.overall_acceptance_rate.value)}, rejected ${percent(bugs.rates.rejection_rate.value)}, reviewed ${percent(bugs.rates.review_rate.value)} of ${countOf(bugs.total, 'bug')}.`,
      );
      const recent = bugs.recent.map((bug) => `${named(bug)} ${bug.severity ?? 'unknown'} ${bug.status}`);
      if (recent.length > 0) lines.push(`Newest: ${recent.join('; ')}.`);
    }
    return [...lines, trustLine(rest)].join('\n');
  },
});

type Stories = NonNullable<z.infer<typeof testSummary>['user_stories']>['items'];

/** A line on each of the first stories that failed or were blocked, with where that was seen. */
function failingStories(stories: Stories): string[] {
  const failing = stories.filter(({ execution_status: status }) => status === 'failed' || status === 'blocked');
  const lines = failing.slice(0, FEW_STORIES).map(({ devices, ...story }) => {
    const seen = (['failed', 'blocked'] as const).flatMap((result) => {
      const places = devices?.[result].map(({ platform }) => platform ?? 'an unknown device') ?? [];
      return places.length === 0 ? [] : [`${result} on ${places.join(', ')}`];
    });
    return `${named(story)} ${story.execution_status}${seen.length === 0 ? '' : `: ${seen.join('; ')}`}.`;
  });
  const rest = failing.length - lines.length;
  return rest > 0 ? [...lines, `… and ${rest} more that failed or were blocked.`] : lines;
}

function testNotFound(id: number): TestioError {
  return new TestioError({
    kind: 'not_found',
    code: 'test_not_found',
    message: `There is no test ${id} in the store.`,
    next: 'Find the right id with list_tests, or run a sync if the test is new: testio-mcp sync.',
    field: 'test_id',
    received: id,
  });
}
