import { TestioError } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { z } from 'zod';
import { detail, testId } from '../input/parameters.ts';
import { defineOperation } from '../operation.ts';
import { testAge } from '../queries/test-parts.ts';
import { readTestSummary } from '../queries/test-summary.ts';
import { FRESHNESS, refreshTest } from '../refresh/refresh-test.ts';
import { countOf, countsText, day, named, percent, trustLine } from '../render/lines.ts';
import { testSummary } from '../shapes/test-summary.ts';
import { readTrust } from '../trust/read-trust.ts';

/** One test with everything that is known about it. */
export const getTestSummary = defineOperation({
  name: 'get_test_summary',
  title: 'Summarise a test',
  description:
    'One test: goal, scope, devices, results of features and user stories, bugs by status, severity and platform.\nChoose it for anything about one test; list_bugs for each of its bugs.',
  input: z.strictObject({
    test_id: testId,
    detail: detail('whole texts, all user stories'),
    freshness: z
      .enum(FRESHNESS)
      .default('auto')
      .describe('Ask the API first: auto when data is old (2 s), now always (30 s), cached never.'),
  }),
  output: testSummary,
  effects: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  rest: { method: 'GET', path: '/tests/{test_id}/summary' },
  async run(context, { test_id: id, detail: asked, freshness }) {
    const stored = await context.store.read(({ db }) => testAge(db, id));
    const { missing, error } = await refreshTest(context, id, freshness, stored);
    return context.store.read(async ({ db }) => {
      const summary = await readTestSummary(db, id, asked);
      if (summary === null) throw testNotFound(id, error);
      const ground = { products: null, tests: sql`(${id})`, facets: ['tests', 'test_details', 'bugs'] as const };
      return { ...summary, ...(await readTrust(db, ground, missing)) };
    });
  },
  render({ test, features, user_stories: stories, bugs, ...rest }) {
    const lines = [
      `${named(test)} of ${named(test.product)}: ${test.status ?? 'status unknown'}, ${test.testing_type ?? 'type unknown'}.`,
      `From ${day(test.start_at) ?? 'unknown'} to ${day(test.end_at) ?? 'unknown'}; ${countOf(features.length, 'feature')}.`,
    ];
    if (stories !== null) lines.push(`User stories: ${stories.total} (${countsText(stories.by_status)}).`);
    if (bugs === null) lines.push('Bugs: never loaded.');
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

/** @param failure why the API could not be asked either; null when it was not asked */
function testNotFound(id: number, failure: TestioError | null): TestioError {
  const isGone = failure === null || failure.kind === 'not_found';
  return new TestioError({
    kind: 'not_found',
    code: 'test_not_found',
    message: isGone
      ? `There is no test ${id}${failure === null ? ' in the store' : ''}.`
      : `Test ${id} is not in the store, and the API could not be asked. ${failure.message}`,
    next: isGone
      ? 'Find the right id with list_tests, or run a sync if the test is new: testio-mcp sync.'
      : (failure.facts.next ?? 'Try again later.'),
    retryable: !isGone,
    field: 'test_id',
    received: id,
  });
}
