import { METRIC_NAMES } from '@testio-mcp/domain';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { product } from './support/entities.ts';
import { rig, sharedRig } from './support/rig.ts';

const own = sharedRig((filled) => filled.products(product({ id: 1 })));

test('names every metric and dimension, with values where they are few', async () => {
  const { metrics, dimensions } = await own().ask('get_analytics_capabilities');
  expect(metrics.map(({ name }: { name: string }) => name)).toEqual(METRIC_NAMES);
  expect(dimensions).toHaveLength(22);
  const byName = new Map(dimensions.map((each: { name: string }) => [each.name, each]));
  expect(byName.get('known')).toMatchObject({ of: 'bugs', values: ['true', 'false'], is_filter: true });
  expect(byName.get('browser')).toMatchObject({ overlaps: ['bugs'] });
  expect(byName.get('month')).toMatchObject({ is_filter: false });
  expect((byName.get('rejection_reason') as { values: string[] }).values).toContain('intended_behavior');
});

test('everything that it names can be asked', async () => {
  const { metrics, dimensions } = await own().ask('get_analytics_capabilities');
  for (const { name, is_filter, values } of dimensions) {
    const filters = is_filter ? [`${name}=${values?.[0] ?? '(none)'}`] : [];
    const input = { metrics: metrics.map((metric: { name: string }) => metric.name), dimensions: [name], filters };
    expect((await own().ask('query_metrics', input)).rows).toEqual([]);
  }
});

test('costs a model little', async () => {
  const { output } = await own().call('get_analytics_capabilities');
  expect(encode(JSON.stringify(output)).length).toBeLessThan(2_200);
});

test('answers before the first sync too', async () => {
  const { metrics, completeness } = await (await rig()).ask('get_analytics_capabilities');
  expect(metrics.length).toBeGreaterThan(20);
  expect(completeness.complete).toBe(false);
});
