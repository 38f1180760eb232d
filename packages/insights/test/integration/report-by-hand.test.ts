import { BUG_STATUSES, type Bug, type Test } from '@testio-mcp/domain';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { bug, exploratoryTest, product } from '../support/entities.ts';
import { DAY, NOW, rig } from '../support/rig.ts';

test('for any tests and bugs, parts add up to the whole, and all is as counted by hand', async () => {
  const own = await rig();
  const statuses = ['archived', 'running', 'cancelled', 'locked', 'strange', null];
  const oneBug = fc.record({
    status: fc.constantFrom('accepted', 'rejected', 'forwarded', 'new', null),
    autoAccepted: fc.boolean(),
    severity: fc.constantFrom('critical', 'low', 'visual', 'odd', null),
  });
  const oneTest = fc.record({
    product: fc.constantFrom(1, 2, 3),
    status: fc.constantFrom(...statuses),
    days: fc.option(fc.integer({ min: -900, max: 900 })),
    bugs: fc.array(oneBug, { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(oneTest, { maxLength: 12 }), async (plan) => {
      await own.products(...[1, 2, 3].map((id) => product({ id })));
      const made = plan.map((each, index) => ({ ...each, id: index + 1 }));
      for (const id of [1, 2, 3]) {
        const tests: Test[] = made
          .filter((each) => each.product === id)
          .map((each) =>
            exploratoryTest({
              id: each.id,
              status: each.status,
              endAt: each.days === null ? null : NOW + each.days * DAY,
            }),
          );
        await own.tests(id, ...tests);
      }
      const bugs: Bug[] = made.flatMap((each) =>
        each.bugs.map((facts, index) => bug({ ...facts, id: each.id * 10 + index, testId: each.id })),
      );
      await own.bugs(
        made.map(({ id }) => id),
        ...bugs,
      );
      const report = await own.ask('generate_quality_report', { freshness: 'cached', product_ids: [1, 2, 3] });

      const counted = made.filter(({ status }) => ['archived', 'running', 'locked'].includes(status ?? ''));
      const countedBugs = counted.flatMap((each) => each.bugs);
      expect(report.summary.total_tests).toBe(counted.length);
      expect(report.summary.bugs_by_status).toEqual({
        open: countedBugs.filter(({ status }) => status === 'forwarded').length,
        accepted: countedBugs.filter(({ status, autoAccepted }) => status === 'accepted' && !autoAccepted).length,
        auto_accepted: countedBugs.filter(({ status, autoAccepted }) => status === 'accepted' && autoAccepted).length,
        rejected: countedBugs.filter(({ status }) => status === 'rejected').length,
        other: countedBugs.filter(({ status }) => status === 'new' || status === null).length,
      });
      const sums = (parts: { total_tests?: number; bugs_by_status: Record<string, number> }[]) =>
        BUG_STATUSES.map((status) => parts.reduce((sum, part) => sum + (part.bugs_by_status[status] ?? 0), 0));
      const whole = BUG_STATUSES.map((status) => report.summary.bugs_by_status[status]);
      expect(sums(report.by_product)).toEqual(whole);
      if (report.trend.rest === 0) expect(sums(report.trend.items)).toEqual(whole);
      if (report.tests.rest === 0) expect(sums(report.tests.items)).toEqual(whole);
      const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);
      expect(total(report.summary.bugs_by_severity)).toBe(countedBugs.length);
      expect(total(report.summary.tests_by_status)).toBe(counted.length);
      expect(report.features.items.reduce((sum: number, one: { bugs: number }) => sum + one.bugs, 0)).toBe(
        countedBugs.length,
      );
      expect(countTokens(JSON.stringify(report))).toBeLessThan(4_000);
    }),
    { numRuns: 25 },
  );
});
