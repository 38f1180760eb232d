import { env } from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bug, exploratoryTest, product } from '../support/entities.ts';
import { NOW, rig } from '../support/rig.ts';

interface Row {
  readonly entity: 'test' | 'bug';
  readonly id: number;
  readonly status: string;
  readonly changes: string[];
}

const edit = fc.oneof(
  fc.record({
    kind: fc.constant('test' as const),
    id: fc.integer({ min: 10, max: 14 }),
    to: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({
    kind: fc.constant('bug' as const),
    id: fc.integer({ min: 1, max: 9 }),
    to: fc.integer({ min: 0, max: 3 }),
  }),
);
/** What happens between two calls: edits at Test IO, and a sync that reads some or all of them. */
const between = fc.record({
  edits: fc.array(edit, { maxLength: 6 }),
  syncs: fc.constantFrom('nothing', 'tests', 'bugs', 'all', 'all'),
  perPage: fc.integer({ min: 1, max: 5 }),
  walks: fc.constantFrom('watermark', 'cursor'),
  minutes: fc.constantFrom(0, 0, 7),
});
const RUNS = Number(env.CHANGE_WALKS ?? 15);
const STATUSES = ['running', 'locked', 'archived'];
const BUG_STATES = ['forwarded', 'accepted', 'rejected'];

test('walking with watermarks tells every change at least once, whatever is edited and synced between calls', {
  timeout: 20_000 + RUNS * 500,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(between, { minLength: 1, maxLength: 12 }), fc.boolean(), async (steps, fromTime) => {
      const own = await rig();
      await own.products(product({ id: 1 }));
      // 3 is gone; anything else is a status.
      const upstream = { test: new Map([[10, 0]]), bug: new Map<number, number>() };
      const synced = { test: new Map<number, number>(), bug: new Map<number, number>() };
      const living = (kind: 'test' | 'bug') => [...upstream[kind]].filter(([, to]) => to !== 3);
      const syncTests = async () => {
        synced.test = new Map(living('test'));
        await own.tests(1, ...living('test').map(([id, to]) => exploratoryTest({ id, status: STATUSES[to] ?? null })));
      };
      const syncBugs = async () => {
        const testIds = [...synced.test.keys()];
        if (testIds.length === 0) return;
        const rows = living('bug').map(([id, to]) => {
          const testId = testIds[id % testIds.length] ?? 10;
          return bug({ id, testId, status: BUG_STATES[to] ?? 'forwarded', reportedAt: NOW });
        });
        await own.bugs(testIds, ...rows);
      };
      await syncTests();

      const shown = new Map<string, { readonly row: Row; readonly wasNew: boolean }>();
      const note = (rows: readonly Row[]) => {
        for (const row of rows) {
          const key = `${row.entity} ${row.id}`;
          shown.set(key, { row, wasNew: (shown.get(key)?.wasNew ?? false) || row.changes.includes('new') });
        }
      };
      let since = fromTime ? '2026-01-01' : (await own.ask('list_changes', { since: '2026-01-01' })).watermark;
      const known = new Set(fromTime ? [] : ['test 10']);
      let cursor: string | null = null;
      let walking = since;
      for (const step of steps) {
        for (const { kind, id, to } of step.edits) upstream[kind].set(id, to);
        own.clock.set(own.clock.now() + step.minutes * 60_000);
        if (step.syncs === 'tests' || step.syncs === 'all') await syncTests();
        if (step.syncs === 'bugs' || step.syncs === 'all') await syncBugs();
        if (step.walks === 'cursor' && cursor !== null) {
          const page = await own.ask('list_changes', { since: walking, cursor, per_page: step.perPage });
          note(page.changes);
          ({ next_cursor: cursor, watermark: since } = page);
        } else {
          const page = await own.ask('list_changes', { since, per_page: step.perPage });
          expect(page.total).toBeGreaterThanOrEqual(page.returned);
          walking = since;
          note(page.changes);
          ({ next_cursor: cursor, watermark: since } = page);
        }
      }
      for (let rest = Number.POSITIVE_INFINITY; rest > 0; ) {
        const page = await own.ask('list_changes', { since, per_page: 3 });
        note(page.changes);
        rest = page.total - page.returned;
        since = page.watermark;
      }
      expect((await own.ask('list_changes', { since })).total).toBe(0);

      const stored = await own.store.read(async ({ db }) => ({
        test: await db.selectFrom('tests').select(['id', 'status', 'deleted_at']).execute(),
        bug: await db.selectFrom('bugs').select(['id', 'status', 'deleted_at']).execute(),
      }));
      for (const kind of ['test', 'bug'] as const) {
        for (const { id, status, deleted_at } of stored[kind]) {
          const key = `${kind} ${id}`;
          const last = shown.get(key);
          if (last === undefined) {
            // Never told, so it must be as it was when the walk began.
            expect([known.has(key), status, deleted_at], key).toEqual([true, 'running', null]);
            continue;
          }
          expect(last.row.status, key).toBe(status);
          expect(last.row.changes.includes('deleted'), key).toBe(deleted_at !== null);
          if (!known.has(key)) expect(last.wasNew, key).toBe(true);
        }
      }
    }),
    { numRuns: RUNS },
  );
});
