import { SEVERITIES } from '@testio-mcp/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bug, exploratoryTest, product } from '../support/entities.ts';
import { DAY, NOW, rig } from '../support/rig.ts';

const idsOf = (bugs: readonly { readonly id: number }[]) => bugs.map(({ id }) => id);

test('pages of every size, by cursor and by number, hold the whole queue in its order', async () => {
  const severities = [...SEVERITIES, 'odd'];
  // What was reported before 1970 shares the first place, whenever it was.
  const ancient = [-3, -2, -1].map((reportedAt) => ({ reportedAt, severity: reportedAt === -1 ? 'critical' : 'low' }));
  const waiting = fc.record({
    reportedAt: fc.constantFrom(null, -2, -1, 0, NOW - 12 * DAY, NOW - 3 * DAY, NOW - DAY, NOW - 1),
    severity: fc.constantFrom(...severities),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(waiting, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 9 }),
      async (facts, per_page) => {
        const it = await rig();
        await it.products(product({ id: 1 }));
        await it.tests(1, exploratoryTest({ id: 10 }));
        await it.bugs([10], ...facts.map((each, index) => bug({ id: index + 1, testId: 10, ...each })));
        const place = ({ reportedAt }: (typeof facts)[number]) => Math.max(reportedAt ?? Number.MAX_SAFE_INTEGER, 0);
        const expected = facts
          .map((each, index) => ({ ...each, id: index + 1 }))
          .sort(
            (a, b) =>
              place(a) - place(b) || severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.id - b.id,
          );
        const ordered = expected.map(({ id }) => id);
        const byCursor: number[] = [];
        const byNumber: number[] = [];
        for (let page = 1, cursor: string | null | undefined; cursor !== null && page <= facts.length; page += 1) {
          const next = await it.ask('get_triage_queue', { per_page, ...(cursor === undefined ? {} : { cursor }) });
          byCursor.push(...idsOf(next.bugs));
          byNumber.push(...idsOf((await it.ask('get_triage_queue', { per_page, page })).bugs));
          cursor = next.next_cursor;
        }
        expect([byCursor, byNumber]).toEqual([ordered, ordered]);
        const overdue = facts.filter(({ reportedAt }) => reportedAt !== null && reportedAt <= NOW - 10 * DAY).length;
        expect((await it.ask('get_triage_queue')).overdue).toBe(overdue);
      },
    ),
    { numRuns: 12, examples: [[ancient, 1]] },
  );
});
