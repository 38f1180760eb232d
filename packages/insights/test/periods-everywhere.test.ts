import { toIso } from '@testio-mcp/domain';
import type { SyncPlan } from '@testio-mcp/sync-engine';
import { expect, test } from 'vitest';
import { operations } from '../src/index.ts';
import { bug, exploratoryTest, feature, product, snapshot } from './support/entities.ts';
import { DAY, sharedRig } from './support/rig.ts';

/** Two days of which the second has 23 hours, in a zone where neither begins when it does in UTC. */
const BERLIN = { timeZone: 'Europe/Berlin' };
const RANGE = { period: '2026-03-28..2026-03-29' };
const ENDS = { start_date: '2026-03-28', end_date: '2026-03-29' };
const FROM = Date.UTC(2026, 2, 27, 23);
const TO = Date.UTC(2026, 2, 29, 22);
/** The last moment before, the first of the first day, the last of the last day, the first after. */
const MOMENTS = [FROM - 1, FROM, TO - 1, TO];
const INSIDE = [2, 3];
const SINCE = [2, 3, 4];

const own = sharedRig(async (it) => {
  it.clock.set(TO + 10 * DAY);
  await it.products(product({ id: 1, title: 'Edge' }));
  const numbered = MOMENTS.map((at, place) => ({ at, id: place + 1 }));
  await it.features(1, ...numbered.map(({ id }) => ({ feature: feature({ id }), sectionIds: [] })));
  await it.tests(
    1,
    ...numbered.map(({ at, id }) =>
      exploratoryTest({
        id,
        title: 'edge',
        status: 'archived',
        startAt: at,
        endAt: at,
        createdBy: `customer ${id}`,
        features: [snapshot({ id: 10 + id, featureId: id })],
      }),
    ),
  );
  await it.bugs(
    numbered.map(({ id }) => id),
    ...numbered.map(({ at, id }) =>
      bug({ id, testId: id, title: 'edge', status: 'accepted', reportedAt: at, author: `tester ${id}` }),
    ),
  );
});

interface Row {
  readonly id: number;
  readonly username?: string;
  readonly test_id?: number;
  readonly bug_count?: number;
}

const ids = (rows: readonly Row[]) => rows.map(({ id }) => id).sort();
const ask = (name: string, input: object) => own().ask(name, { freshness: 'cached', ...input }, BERLIN);

/** What every tool that takes a period gives for the two days, by the moments that it counts. */
const PROBES: Readonly<Record<string, (range: object) => Promise<void>>> = {
  async list_tests(range) {
    for (const period_by of ['end_at', 'start_at']) {
      expect(ids((await ask('list_tests', { ...range, period_by })).tests), period_by).toEqual(INSIDE);
    }
  },
  async list_bugs(range) {
    expect(ids((await ask('list_bugs', range)).bugs)).toEqual(INSIDE);
  },
  async list_users(range) {
    const names = (await ask('list_users', range)).users.map(({ username }: Row) => username);
    expect(names).toEqual(INSIDE.flatMap((id) => [`customer ${id}`]).concat(INSIDE.map((id) => `tester ${id}`)));
  },
  async list_changes() {
    const { changes, since } = await ask('list_changes', { since: '2026-03-28', entities: ['bug'] });
    expect([since, ids(changes)]).toEqual([toIso(FROM), SINCE]);
  },
  async search(range) {
    for (const entity of ['test', 'bug']) {
      expect(ids((await ask('search', { query: 'edge', entities: [entity], ...range })).results), entity).toEqual(
        INSIDE,
      );
    }
  },
  async query_metrics(range) {
    for (const time_axis of ['test_end', 'bug_reported']) {
      const input = { metrics: ['bug_count'], dimensions: ['test'], time_axis, ...range };
      const { rows, totals } = await ask('query_metrics', input);
      const counted = rows.filter(({ bug_count }: Row) => bug_count !== 0);
      expect(counted.map(({ test_id }: Row) => test_id).sort(), time_axis).toEqual(INSIDE);
      expect(totals, time_axis).toEqual({ bug_count: 2 });
    }
  },
  async compare_periods({ period }: { period?: string }) {
    const input = { metrics: ['test_count'], period, against: period };
    const { metrics } = await ask('compare_periods', input);
    expect(metrics).toMatchObject([{ this: { value: 2 }, against: { value: 2 } }]);
  },
  async get_release_readiness({ period }: { period?: string }) {
    const { tested_since, untested_features } = await ask('get_release_readiness', { product_id: 1, period });
    expect([tested_since, ids(untested_features)]).toEqual([toIso(FROM), [1]]);
  },
  async generate_quality_report(range) {
    const { tests, summary } = await ask('generate_quality_report', range);
    expect([ids(tests.items), summary.total_bugs]).toEqual([INSIDE, 2]);
  },
  async sync_data({ period }: { period?: string }) {
    const plan: SyncPlan = { mode: 'incremental', ever_synced: true, requests: 0, phases: [] };
    const input = { since: period, dry_run: true };
    const { scope } = await own().ask('sync_data', input, { ...BERLIN, planSync: async () => plan });
    expect(scope.since).toEqual({ from: toIso(FROM), to: toIso(TO) });
  },
};

const taking = (...parameters: readonly string[]) =>
  operations.filter(({ input }) => parameters.some((name) => Object.hasOwn(input.shape, name))).map(({ name }) => name);

test('every tool that takes a period is asked here', () => {
  expect(Object.keys(PROBES).sort()).toEqual(taking('period', 'since', 'start_date').sort());
});

test.each(taking('period', 'since'))('%s counts the first and the last day of a period whole', async (name) => {
  await PROBES[name]?.(RANGE);
});

test.each(taking('start_date'))('%s counts the days of start_date and end_date whole', async (name) => {
  await PROBES[name]?.(ENDS);
});
