import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, feature, product } from './support/entities.ts';
import { DAY, NOW, rig, sharedRig } from './support/rig.ts';

describe('list_products', () => {
  const own = sharedRig(async (each) => {
    await each.products(
      product({
        id: 1,
        title: 'Web\u200B shop',
        description: `Sells ${'many things '.repeat(40)}\nto all`,
        type: 'website',
      }),
      product({ id: 2, title: 'App', description: 'Läuft überall', type: 'mobile_app_ios' }),
      product({ id: 3, title: 'Toaster', type: 'toaster' }),
      product({ id: 4, title: 'New', type: null }),
    );
    await each.tests(
      1,
      exploratoryTest({ id: 10, status: 'running', endAt: NOW + DAY }),
      exploratoryTest({ id: 11, status: 'locked', endAt: NOW - 30 * DAY + 1 }),
      exploratoryTest({ id: 12, status: 'archived', endAt: NOW - 30 * DAY }),
      exploratoryTest({ id: 13, status: 'customer_finalized', endAt: NOW - 90 * DAY }),
      exploratoryTest({ id: 14, status: 'cancelled', endAt: NOW - DAY }),
      exploratoryTest({ id: 15, status: 'initialized', endAt: NOW - DAY }),
      exploratoryTest({ id: 16, status: 'odd', endAt: NOW - DAY }),
      exploratoryTest({ id: 17, status: 'locked', endAt: null }),
    );
    await each.tests(2, exploratoryTest({ id: 20, status: 'archived', endAt: NOW }));
    await each.tests(3);
    await each.features(
      1,
      { feature: feature({ id: 5 }), sectionIds: [1, 2] },
      { feature: feature({ id: 6 }), sectionIds: [1] },
    );
    await each.features(2, { feature: feature({ id: 6 }), sectionIds: [] });
    await each.features(3);
    await each.bugs(
      [10, 11],
      bug({ id: 1, testId: 10 }),
      bug({ id: 2, testId: 10, status: 'accepted' }),
      bug({ id: 3, testId: 11, status: 'weird' }),
    );
  });
  const list = (input: object = {}) => own().ask('list_products', input);
  const ids = async (input: object) => (await list(input)).products.map(({ id }: { id: number }) => id);

  test('counts tests, features and bugs of each product', async () => {
    const { products } = await list({ sort_by: 'id' });
    expect(products[0]).toMatchObject({
      id: 1,
      title: 'Web shop',
      type: 'website',
      test_count: 8,
      running_test_count: 1,
      tests_last_30_days: 1,
      tests_last_90_days: 2,
      last_test_end_at: new Date(NOW - 30 * DAY + 1).toISOString(),
      feature_count: 2,
      bug_count: 3,
      open_bug_count: 1,
    });
    expect(products[1]).toMatchObject({
      test_count: 1,
      tests_last_30_days: 1,
      last_test_end_at: '2026-03-17T12:00:00Z',
    });
  });

  test('knows nothing from none: null where nothing was read, 0 where there is nothing', async () => {
    const { products } = await list({ sort_by: 'id' });
    expect(products[1]).toMatchObject({ feature_count: 1, bug_count: null, open_bug_count: null });
    expect(products[2]).toMatchObject({ test_count: 0, feature_count: 0, bug_count: 0, last_test_end_at: null });
    expect(products[3]).toMatchObject({
      type: null,
      description: null,
      test_count: null,
      running_test_count: null,
      tests_last_90_days: null,
      feature_count: null,
      bug_count: null,
      open_bug_count: null,
    });
  });

  test('says in completeness which tests are not counted', async () => {
    const { completeness } = await list();
    expect(completeness.complete).toBe(false);
    expect(completeness.missing).toContainEqual(expect.objectContaining({ what: 'bugs_of_tests', count: 7 }));
    expect(completeness.missing).toContainEqual(expect.objectContaining({ what: 'features_of_products', count: 1 }));
    expect(completeness.missing).toContainEqual(expect.objectContaining({ what: 'tests_of_products', count: 1 }));
  });

  test('finds by title and description in any case, and by type', async () => {
    expect(await ids({ search: 'LÄUFT ÜBER' })).toEqual([2]);
    expect(await ids({ search: 'toast' })).toEqual([3]);
    expect(await ids({ search: '%' })).toEqual([]);
    expect(await ids({ product_type: 'website, mobile_app_ios', sort_by: 'id' })).toEqual([1, 2]);
    expect(await ids({ product_type: 'other', sort_by: 'id' })).toEqual([3, 4]);
    const { filters, completeness } = await list({ search: 'toast', product_type: ['OTHER'] });
    expect(filters).toEqual({ search: 'toast', product_type: ['other'] });
    // What other products lack does not matter here.
    expect(completeness).toEqual({ complete: true, missing: [] });
  });

  test('cuts long descriptions and says so', async () => {
    const [brief] = (await list({ search: 'shop' })).products;
    expect(brief.description_cut).toBe(true);
    expect(brief.description.length).toBeLessThanOrEqual(160);
    expect(brief.description).toMatch(/^Sells many .* (many|things)…$/);
    const [full] = (await list({ search: 'shop', detail: 'full' })).products;
    expect(full).not.toHaveProperty('description_cut');
    expect(full.description).toMatch(/things\nto all$/);
  });

  test('sorts by activity and size', async () => {
    expect(await ids({ sort_by: 'last_test_end_at', sort_order: 'desc' })).toEqual([2, 1, 4, 3]);
    expect(await ids({ sort_by: 'last_synced' })).toEqual([1, 2, 3, 4]);
    expect(await ids({ sort_by: 'test_count', sort_order: 'desc' })).toEqual([1, 2, 4, 3]);
    expect(await ids({ sort_by: 'product_type' })).toEqual([2, 3, 1, 4]);
  });

  test('renders a small table with freshness and gaps', async () => {
    const { text } = await own().call('list_products', { sort_by: 'id' });
    const lines = text.split('\n');
    expect(lines[0]).toBe('Products: items 1–4 of 4.');
    expect(lines[2]).toBe('1 | Web shop | website | 8 | 1 | 3 | 1 | 2026-02-15');
    expect(lines.at(-1)).toMatch(/^As of 2026-03-17T12:00:00Z\. Not complete\. Features of products \(1\): /);
    expect(text).not.toContain('{');
  });
});

test('deleted products, tests, bugs and features do not show', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }), product({ id: 2 }));
  await own.tests(1, exploratoryTest({ id: 10 }), exploratoryTest({ id: 11 }));
  await own.features(
    1,
    { feature: feature({ id: 5 }), sectionIds: [] },
    { feature: feature({ id: 6 }), sectionIds: [] },
  );
  await own.bugs([10, 11], bug({ id: 1, testId: 10 }), bug({ id: 2, testId: 10 }), bug({ id: 3, testId: 11 }));
  await own.bugs([10], bug({ id: 1, testId: 10 }));
  await own.tests(1, exploratoryTest({ id: 10 }));
  await own.features(1, { feature: feature({ id: 5 }), sectionIds: [] });
  await own.products(product({ id: 1 }));
  const { products, total } = await own.ask('list_products');
  expect(total).toBe(1);
  expect(products[0]).toMatchObject({ id: 1, test_count: 1, bug_count: 1, feature_count: 1 });
});

test('products are counted once while nothing is written and no test ends', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.tests(1, exploratoryTest({ id: 1, status: 'locked', endAt: NOW + DAY }));
  const statementsAt = async (instant: number) => {
    own.clock.set(instant);
    own.statements.length = 0;
    await own.ask('list_products');
    return own.statements.length;
  };
  const first = await statementsAt(NOW);
  expect(await statementsAt(NOW + DAY - 1)).toBe(1);
  expect(await statementsAt(NOW + DAY)).toBe(2);
  expect(first).toBeGreaterThan(2);
});
