import { forgetOldTests, keepTestsFor } from '@testio-mcp/persistence';
import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, feature, product, snapshot } from './support/entities.ts';
import { DAY, NOW, type Rig, rig } from './support/rig.ts';

const OLD = 10;
const NEW = 11;

/** A product with an old and a new test, each with a bug, in a store that keeps tests for 90 days. */
async function agedRig(): Promise<Rig> {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.features(1, { feature: feature({ id: 5 }), sectionIds: [] });
  const facts = { status: 'archived', createdBy: 'carla', features: [snapshot({ id: 50, featureId: 5 })] };
  await own.tests(
    1,
    exploratoryTest({ ...facts, id: OLD, goal: 'Find what breaks', endAt: NOW - 300 * DAY }),
    exploratoryTest({
      ...facts,
      id: NEW,
      createdBy: 'dora',
      features: [snapshot({ id: 51, featureId: 5 })],
      endAt: NOW - 10 * DAY,
    }),
  );
  await own.bugs(
    [OLD, NEW],
    bug({ id: 100, testId: OLD, title: 'Forgettable', author: 'tom', testFeatureId: 50, featureId: 5 }),
    bug({ id: 101, testId: NEW, author: 'tina', testFeatureId: 51, featureId: 5, reportedAt: NOW - 11 * DAY }),
  );
  await own.write((scope) => keepTestsFor(scope, 90, { mayEase: false }));
  expect(await own.write(forgetOldTests)).toBe(1);
  return own;
}

const GAP = {
  what: 'beyond_retention',
  count: 1,
  why: 'These tests are over for more than 90 days, the limit of this store (TESTIO_RETENTION_DAYS): it has their status and dates only. Their texts, people, results and bugs are neither found nor counted.',
};

describe('answers about tests that are too old for the store', () => {
  test('a list of tests counts them, shows their heads, and says what is missing', async () => {
    const own = await agedRig();
    const list = await own.ask('list_tests', { include_bug_counts: true });
    expect(list.total).toBe(2);
    expect(list.tests.find((row: { id: number }) => row.id === OLD)).toMatchObject({
      title: null,
      status: 'archived',
      bugs: null,
      product: { id: 1, title: 'Product 1' },
    });
    expect(list.completeness).toEqual({ complete: false, missing: [GAP] });
    const recent = await own.ask('list_tests', { include_bug_counts: true, period: 'last 30 days' });
    expect(recent.completeness).toEqual({ complete: true, missing: [] });
  });

  test('a list of bugs does not pretend to be whole, nor a test to have none', async () => {
    const own = await agedRig();
    const all = await own.ask('list_bugs', { product_id: 1 });
    expect(all.total).toBe(1);
    expect(all.completeness).toEqual({ complete: false, missing: [GAP] });
    const ofOld = await own.ask('list_bugs', { test_ids: [OLD] });
    expect(ofOld).toMatchObject({ total: 0, range: 'none is known, but what is too old was forgotten' });
    expect(ofOld.completeness.missing).toEqual([GAP]);
    expect((await own.ask('list_bugs', { test_ids: [NEW] })).completeness.complete).toBe(true);
  });

  test('a test is told by its head, and nothing that was forgotten looks like none', async () => {
    const own = await agedRig();
    const summary = await own.ask('get_test_summary', { test_id: OLD });
    expect(summary).toMatchObject({
      test: {
        id: OLD,
        title: null,
        status: 'archived',
        goal: null,
        created_by: null,
        requirements_summary: null,
        forgotten_since: '2026-03-17T12:00:00Z',
      },
      features: [{ id: 5, snapshot_id: 50, title: null, bugs: null }],
      user_stories: null,
      analytics: null,
      bugs: null,
      completeness: { complete: false, missing: [GAP] },
    });
    const { text } = await own.call('get_test_summary', { test_id: OLD });
    expect(text).toContain('All but this was forgotten on 2026-03-17.');
    expect((await own.ask('get_test_summary', { test_id: NEW })).test).not.toHaveProperty('forgotten_since');
  });

  test('metrics over them say that they are incomplete where they need what was forgotten, and only there', async () => {
    const own = await agedRig();
    const metrics = (input: object) => own.ask('query_metrics', input);
    const tests = await metrics({ metrics: ['test_count'], dimensions: ['product'] });
    expect(tests.rows[0]).toMatchObject({ test_count: 2 });
    expect(tests.completeness).toEqual({ complete: true, missing: [] });
    const bugs = await metrics({ metrics: ['bug_count'], dimensions: ['product'] });
    expect(bugs.completeness).toEqual({ complete: false, missing: [GAP] });
    const ofOld = await metrics({ metrics: ['bug_count', 'test_count'], dimensions: ['test'] });
    expect(ofOld.rows.find((row: { test_id: number }) => row.test_id === OLD)).toMatchObject({ bug_count: null });
    for (const dimension of ['customer_user', 'test_environment', 'required_platform']) {
      const grouped = await metrics({ metrics: ['test_count'], dimensions: [dimension] });
      expect(grouped.completeness, dimension).toEqual({ complete: false, missing: [GAP] });
    }
    const recent = await metrics({ metrics: ['bug_count'], dimensions: ['product'], period: 'last 30 days' });
    expect(recent.completeness.complete).toBe(true);
  });

  test.each([
    ['get_product_summary', { product_id: 1 }],
    ['get_feature_summary', { feature_id: 5 }],
    ['list_products', {}],
    ['list_features', { product_id: 1 }],
    ['list_users', {}],
    ['search', { query: 'forgettable' }],
    ['list_changes', {}],
    ['get_triage_queue', {}],
    ['generate_quality_report', { product_ids: [1] }],
    ['get_server_diagnostics', {}],
  ])('%s says it once', async (name, input) => {
    const own = await agedRig();
    const { completeness } = await own.ask(name, input);
    expect(completeness.missing.filter(({ what }: { what: string }) => what === 'beyond_retention')).toEqual([GAP]);
  });

  test('people and words that only forgotten bugs had are gone, and tests of a feature are still counted', async () => {
    const own = await agedRig();
    const { users } = await own.ask('list_users', {});
    expect(users.map((user: { username: string }) => user.username).sort()).toEqual(['dora', 'tina']);
    expect((await own.ask('search', { query: 'forgettable' })).total).toBe(0);
    const { features } = await own.ask('list_features', { product_id: 1 });
    expect(features[0]).toMatchObject({ test_count: 2, bug_count: 1 });
  });

  test('a product of which every test was forgotten has an unknown number of bugs, not 0', async () => {
    const own = await rig();
    await own.products(product({ id: 1 }));
    await own.tests(1, exploratoryTest({ id: OLD, status: 'archived', endAt: NOW - 300 * DAY }));
    await own.bugs([OLD], bug({ id: 100, testId: OLD }));
    await own.write((scope) => keepTestsFor(scope, 90, { mayEase: false }));
    await own.write(forgetOldTests);
    expect((await own.ask('get_product_summary', { product_id: 1 })).bugs).toBeNull();
    const { products } = await own.ask('list_products', {});
    expect(products[0]).toMatchObject({ test_count: 1, bug_count: null, open_bug_count: null });
    const metrics = await own.ask('query_metrics', {
      metrics: ['bug_count', 'rejection_rate'],
      dimensions: ['product'],
    });
    expect(metrics.rows[0]).toMatchObject({ bug_count: null, rejection_rate: null });
  });

  test('what is not found may have been forgotten', async () => {
    const own = await agedRig();
    const forgotten = 'more than 90 days was forgotten (TESTIO_RETENTION_DAYS)';
    for (const bug_id of [100, 'Forgettable']) {
      expect((await own.refuse('get_bug_summary', { bug_id })).message).toContain(forgotten);
    }
    expect((await own.refuse('get_user_summary', { user_id: 'tom' })).message).toContain(forgotten);
    expect((await own.refuse('get_product_summary', { product_id: 'Nothing' })).message).not.toContain(forgotten);
  });

  test('once the limit is removed, answers say how what was forgotten comes back', async () => {
    const own = await agedRig();
    await own.write((scope) => keepTestsFor(scope, null, { mayEase: true }));
    const { completeness } = await own.ask('list_bugs', {});
    expect(completeness.missing).toMatchObject([{ what: 'beyond_retention', count: 1 }]);
    expect(completeness.missing[0].why).toContain('testio-mcp sync --full');
  });
});
