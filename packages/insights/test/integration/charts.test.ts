import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, test } from 'vitest';
import { chartSvg } from '../../src/charts/chart-svg.ts';
import { DIMENSION_NAMES } from '../../src/metrics/dimensions.ts';
import { bug, device, exploratoryTest, feature, product, requirement, snapshot } from '../support/entities.ts';
import { DAY, NOW, sharedRig } from '../support/rig.ts';

interface ShownChart {
  readonly title: string;
  readonly description: string;
  readonly spec: TopLevelSpec & { readonly data: { readonly values: readonly Point[] } };
}
interface Point {
  readonly group: string;
  readonly series?: string;
  readonly value: number | null;
}
type Row = Readonly<Record<string, unknown>>;

const own = sharedRig(async (it) => {
  await it.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Shop' }));
  await it.features(1, { feature: feature({ id: 7, title: '<b>=Cart' }), sectionIds: [] });
  const requirements = [requirement({ operatingSystem: { id: 1, key: 'ios', name: 'iOS' } })];
  for (const id of [1, 2]) {
    await it.tests(
      id,
      ...[1, 2, 3].map((nth) =>
        exploratoryTest({
          id: id * 10 + nth,
          status: 'archived',
          endAt: NOW - nth * 40 * DAY,
          requirements,
          features: [snapshot({ id: id * 100 + nth, featureId: 7 })],
        }),
      ),
    );
  }
  const statuses = ['accepted', 'rejected', 'forwarded'];
  await it.bugs(
    [11, 12, 13, 21],
    ...[11, 12, 13, 21].flatMap((testId) =>
      statuses.map((status, nth) =>
        bug({
          id: testId * 10 + nth,
          testId,
          status,
          severity: ['critical', 'low', 'visual'][nth] ?? null,
          reportedAt: NOW - nth * DAY,
          author: `tester ${nth}`,
          testFeatureId: testId === 21 ? 201 : testId + 90,
          devices: [device('iOS', 'Phones', ['Safari'])],
        }),
      ),
    ),
  );
});

const ask = (name: string, input: object) => own().ask(name, { include_charts: true, freshness: 'cached', ...input });

/** What Vega-Lite has to say about a specification; nothing where it understands all of it. */
function complaints(spec: TopLevelSpec): string[] {
  const said: string[] = [];
  const note = (...words: unknown[]) => {
    said.push(words.join(' '));
    return logger;
  };
  const logger = { level: () => logger, warn: note, error: note, info: () => logger, debug: () => logger };
  compile(spec, { logger: logger as never });
  return said;
}

async function expectDrawn({ title, description, spec }: ShownChart): Promise<string> {
  expect(complaints(spec), title).toEqual([]);
  expect(description.length, title).toBeGreaterThan(title.length);
  const svg = await chartSvg({ ...spec }, 'dark');
  expect(svg, title).toMatch(/^<svg/);
  return svg;
}

describe('query_metrics', () => {
  test('carries no picture unless it is asked for', async () => {
    const input = { metrics: 'bug_count', dimensions: 'month' };
    expect(await own().ask('query_metrics', input)).not.toHaveProperty('charts');
    expect((await ask('query_metrics', { metrics: 'bug_count' })).charts).toEqual([]);
  });

  const groupings = DIMENSION_NAMES.flatMap((name) =>
    [name, 'month', 'bug_status'].map((other) => [...new Set([name, other])].join(',')),
  );
  test('draws for any dimensions the numbers of its rows', { timeout: 30_000 }, async () => {
    const metrics = ['bug_count', 'test_count', 'rejection_rate', 'bugs_per_test'];
    let drawn = 0;
    for (const dimensions of groupings) {
      const { rows, charts } = await ask('query_metrics', { metrics, dimensions, limit: 1000 });
      for (const chart of charts as ShownChart[]) {
        drawn += 1;
        expect(complaints(chart.spec), dimensions).toEqual([]);
        const { values } = chart.spec.data;
        const names = dimensions.includes(',')
          ? metrics.filter((name) => chart.title.toLowerCase().startsWith(`${name.replaceAll('_', ' ')} by`))
          : metrics.filter((name) => chart.title.toLowerCase().includes(name.replaceAll('_', ' ')));
        const told = (all: readonly unknown[]) => all.filter((value) => value !== null).sort();
        const asked = told(rows.flatMap((row: Row) => names.map((name) => row[name])));
        expect(told(values.map(({ value }) => value)), chart.title).toEqual(asked);
        const places = new Set(values.map(({ group, series }) => `${group} ${series}`));
        expect(places.size, `${chart.title}: each value has a place of its own`).toBe(values.length);
      }
    }
    expect(drawn).toBeGreaterThan(150);
  });

  test('draws time as a line, other groups as bars, and statuses in the colours that reports give them', async () => {
    const marks = async (dimensions: string) => {
      const { charts } = await ask('query_metrics', { metrics: 'bug_count,rejection_rate', dimensions });
      for (const chart of charts) await expectDrawn(chart);
      return charts.map(({ spec }: { spec: { mark: unknown } }) => spec.mark);
    };
    const line = { type: 'line', point: true };
    expect(await marks('month')).toEqual([line, line]);
    expect(await marks('product')).toEqual(['bar', 'bar']);
    expect(await marks('severity,month')).toEqual(['bar', line]);
    const { charts } = await ask('query_metrics', { metrics: 'bug_count', dimensions: 'month,bug_status' });
    expect(await expectDrawn(charts[0])).toContain('Auto-accepted');
    expect(charts[0].spec.config.range.statuses).toHaveLength(5);
  });

  test('says what a limit left out, and draws no half groups', async () => {
    const cut = { metrics: 'bug_count', limit: 1 };
    const { charts } = await ask('query_metrics', { ...cut, dimensions: 'severity' });
    expect(charts[0].title).toBe('Bug count by severity, the first 1 of 3');
    expect((await ask('query_metrics', { ...cut, dimensions: 'severity,month' })).charts).toEqual([]);
  });

  test('tells things of one name apart, and escapes names in pictures', async () => {
    const { charts } = await ask('query_metrics', { metrics: 'bug_count', dimensions: 'product' });
    expect(charts[0].spec.data.values.map(({ group }: Point) => group)).toEqual(['Shop (1)', 'Shop (2)']);
    const features = await ask('query_metrics', { metrics: 'bug_count', dimensions: 'feature' });
    expect(await expectDrawn(features.charts[0])).not.toContain('<b>');
  });
});

test('compare_periods draws each metric on a scale of its own', async () => {
  const { charts, metrics } = await ask('compare_periods', { period: 'last 60 days' });
  expect(charts).toHaveLength(1);
  await expectDrawn(charts[0]);
  const known = metrics.filter((each: Row & { this: Row; against: Row }) => each.this.value ?? each.against.value);
  expect(charts[0].spec.data.values.length).toBeGreaterThanOrEqual(2 * known.length);
});

test('generate_quality_report carries the pictures of its page', async () => {
  const { charts } = await ask('generate_quality_report', {});
  expect(charts.map(({ title }: ShownChart) => title)).toEqual([
    'Bugs by week and status',
    'Bugs by severity',
    'Bugs by product and status',
  ]);
  for (const chart of charts) await expectDrawn(chart);
});
