import { saveBugs, saveRejectReasons } from '@testio-mcp/persistence';
import { describe, expect, test } from 'vitest';
import { bug, device, exploratoryTest, feature, product, snapshot } from './support/entities.ts';
import { DAY, NOW, rig, sharedRig } from './support/rig.ts';

const GALAXY = {
  ...device('Android', 'Smartphones', ['Chrome']),
  vendor: { id: null, key: null, name: 'Samsung' },
  device: { id: null, key: null, name: 'Galaxy S9' },
};

const REASONS = [
  { key: 'intended_behavior', name: 'Works as designed', defaultComment: 'This is intended.' },
  { key: 'too_shiny', name: 'Too shiny', defaultComment: 'Please dim it.' },
];

describe('list_bugs', () => {
  const own = sharedRig(async (each) => {
    await each.products(
      product({
        id: 1,
        title: 'Shop',
        sections: [{ id: 91, title: 'Web' }],
        sectionsWithDefault: [{ id: 91, title: 'Web' }],
      }),
      product({ id: 2, title: 'App' }),
    );
    await each.features(
      1,
      { feature: feature({ id: 100, title: 'Seats' }), sectionIds: [] },
      { feature: feature({ id: 101, title: 'Basket' }), sectionIds: [] },
    );
    const seats = snapshot({ id: 1000, featureId: 100, title: 'Seats' });
    await each.tests(
      1,
      exploratoryTest({
        id: 10,
        title: 'Smoke',
        features: [seats, snapshot({ id: 1001, featureId: null, title: 'Old' })],
      }),
      exploratoryTest({ id: 11, title: 'Other', sectionId: 91 }),
    );
    await each.tests(2, exploratoryTest({ id: 20 }));
    await each.write(async (scope) => {
      await saveRejectReasons(scope, REASONS);
      const comment = (body: string) => [{ id: 1, body, author: null }];
      await saveBugs(
        scope,
        [10, 11, 20],
        [
          bug({
            id: 1,
            testId: 10,
            title: 'Seat is\u200B lost',
            severity: 'critical',
            author: 'quiet\u202Eheron',
            reportedAt: NOW - DAY,
            testFeatureId: 1000,
            featureId: 999,
            externalIdx: 'SHOP-1',
            exportedAt: NOW,
          }),
          bug({
            id: 2,
            testId: 10,
            severity: 'visual',
            status: 'rejected',
            comments: comment('This is intended.'),
            testFeatureId: 1001,
            devices: [device('iOS', 'Tablets', ['Safari'])],
          }),
          bug({
            id: 3,
            testId: 11,
            severity: 'high',
            status: 'rejected',
            comments: comment('Please dim it.'),
            known: true,
            featureId: 101,
            actualResult: 'The wheels turn',
            devices: [GALAXY],
          }),
          bug({ id: 4, testId: 20, severity: 'odd', status: 'rejected', comments: comment('No.') }),
          bug({ id: 5, testId: 20, severity: null, status: 'accepted', reportedAt: NOW }),
        ],
        REASONS,
      );
    });
  });
  const list = (input: object = {}) => own().ask('list_bugs', { sort_by: 'id', sort_order: 'asc', ...input });
  const ids = async (input: object) => (await list(input)).bugs.map(({ id }: { id: number }) => id);

  test('shows what a bug is', async () => {
    const { bugs } = await list();
    expect(bugs[0]).toEqual({
      id: 1,
      title: 'Seat is lost',
      severity: 'critical',
      bug_type: 'functional',
      severity_level: 'critical',
      status: 'open',
      known: false,
      reported_at: '2026-03-16T12:00:00Z',
      auto_acceptance_at: '2026-03-26T12:00:00Z',
      test: { id: 10, title: 'Smoke' },
      product: { id: 1, title: 'Shop' },
      feature: { id: 100, title: 'Seats' },
      author: { id: expect.any(Number), name: 'quietheron' },
      external_idx: 'SHOP-1',
      exported_at: '2026-03-17T12:00:00Z',
      rejection_reason: null,
    });
    expect(bugs[1]).toMatchObject({ feature: { id: null, title: 'Old' }, bug_type: 'visual', severity_level: null });
    expect(bugs[1]).toMatchObject({ rejection_reason: 'intended_behavior', auto_acceptance_at: null, author: null });
    expect(bugs[3]).toMatchObject({ severity: 'odd', bug_type: 'other', feature: null, rejection_reason: 'unknown' });
    expect(bugs[4]).toMatchObject({ status: 'accepted', auto_acceptance_at: null, severity: null });
  });

  test('finds by every filter, which all hold together', async () => {
    expect(await ids({})).toEqual([1, 2, 3, 4, 5]);
    expect(await ids({ product_id: 'shop' })).toEqual([1, 2, 3]);
    expect(await ids({ test_ids: [11, 20] })).toEqual([3, 4, 5]);
    expect(await ids({ test_ids: [11, 20], product_id: 1 })).toEqual([3]);
    expect(await ids({ statuses: 'rejected' })).toEqual([2, 3, 4]);
    expect(await ids({ severities: 'critical,visual' })).toEqual([1, 2]);
    expect(await ids({ severities: 'other' })).toEqual([4, 5]);
    expect(await ids({ known: true })).toEqual([3]);
    expect(await ids({ search: 'SEAT' })).toEqual([1]);
    expect(await ids({ statuses: 'rejected', severities: 'high', known: true, product_id: 1, search: 'bug' })).toEqual([
      3,
    ]);
  });

  test('finds by tester, device, tracker key, export, section, feature, time and words', async () => {
    expect(await ids({ reported_by_user_id: 'heron' })).toEqual([1]);
    expect(await ids({ tester: 'quiet' })).toEqual([1]);
    expect(await ids({ device: 'galaxy' })).toEqual([3]);
    expect(await ids({ device: 'samsung galaxy s9' })).toEqual([3]);
    expect(await ids({ device: 'safari' })).toEqual([2]);
    expect(await ids({ external_idx: 'shop-1' })).toEqual([1]);
    expect(await ids({ external_idx: 'shop' })).toEqual([]);
    expect(await ids({ exported: true })).toEqual([1]);
    expect(await ids({ exported: 'no' })).toEqual([2, 3, 4, 5]);
    expect(await ids({ section_id: 'Web' })).toEqual([3]);
    expect(await ids({ feature_id: 100 })).toEqual([1]);
    expect(await ids({ feature_id: 'Basket' })).toEqual([3]);
    expect(await ids({ period: '2026-03-16' })).toEqual([1]);
    expect(await ids({ period: 'since 2026-03-16' })).toEqual([1, 5]);
    expect(await ids({ start_date: '2026-03-17' })).toEqual([5]);
    expect(await ids({ end_date: '2026-03-16' })).toEqual([1]);
    expect(await ids({ period: 'all' })).toEqual([1, 2, 3, 4, 5]);
    expect(await ids({ text: 'wheel' })).toEqual([3]);
    expect(await ids({ text: 'seat lo' })).toEqual([1]);
    expect(await ids({ text: 'wheel', severities: 'low' })).toEqual([]);
    const { filters } = await list({
      ...{
        reported_by_user_id: 'heron',
        feature_id: 100,
        section_id: 'Web',
        period: '2026-03-16',
        exported: true,
      },
      ...{ device: 'x', external_idx: 'y', text: 'z' },
    });
    expect(filters).toEqual({
      reported_by: { id: expect.any(Number), name: 'quietheron' },
      feature: { id: 100, title: 'Seats' },
      section: { id: 91, title: 'Web' },
      period: { from: '2026-03-16T00:00:00Z', to: '2026-03-17T00:00:00Z' },
      ...{ exported: true, device: 'x', external_idx: 'y', text: 'z' },
    });
  });

  test('refuses what nothing can be found by', async () => {
    const refused = async (input: object) => (await own().refuse('list_bugs', input)).report();
    expect(await refused({ feature_id: 777 })).toMatchObject({ code: 'feature_not_found' });
    expect(await refused({ section_id: 777 })).toMatchObject({ code: 'section_not_found' });
    expect(await refused({ reported_by_user_id: 777 })).toMatchObject({ code: 'user_not_found' });
    expect(await refused({ text: '!!' })).toMatchObject({ code: 'invalid_input', field: 'text' });
    expect(await refused({ period: 'soonish' })).toMatchObject({ code: 'invalid_period' });
    expect(await refused({ period: 'today', start_date: '2026-03-17' })).toMatchObject({ field: 'period' });
    const { next_cursor } = await list({ period: 'all', per_page: 1 });
    expect(await refused({ period: 'ytd', cursor: next_cursor })).toMatchObject({ code: 'invalid_cursor' });
  });

  test('finds by reason, whose keys come from the API', async () => {
    expect(await ids({ rejection_reason: 'intended_behavior' })).toEqual([2]);
    expect(await ids({ rejection_reason: ['Too Shiny', 'unknown'] })).toEqual([3, 4]);
    expect(await ids({ rejection_reason: 'works as designed' })).toEqual([2]);
    expect(await ids({ rejection_reason: 'request_timeout' })).toEqual([]);
    expect((await list({ rejection_reason: 'Works As Designed' })).filters).toEqual({
      rejection_reason: ['intended_behavior'],
    });
    const error = await own().refuse('list_bugs', { rejection_reason: 'intended_behaviour' });
    expect(error.report()).toMatchObject({ code: 'invalid_input', field: 'rejection_reason' });
    expect(error.facts.accepted?.[0]).toBe('intended_behavior');
    expect(error.facts.accepted).toContain('too_shiny');
  });

  test('says which tests it does not know, and refuses if it knows none', async () => {
    const answer = await list({ test_ids: [10, 998, 999] });
    expect(answer.total).toBe(2);
    expect(answer.completeness.missing).toEqual([{ what: 'tests', count: 2, why: 'Not in the store: 998, 999.' }]);
    const error = await own().refuse('list_bugs', { test_ids: [998, 999] });
    expect(error.report()).toMatchObject({ code: 'test_not_found', kind: 'not_found', field: 'test_ids' });
    expect(error.facts.next).toContain('list_tests');
  });

  test('renders a small table', async () => {
    const { text } = await own().call('list_bugs', { product_id: 1, severities: 'critical' });
    expect(text.split('\n').slice(0, 3)).toEqual([
      'Bugs of Shop (1): items 1–1 of 1.',
      'id | title | severity | status | reported | test',
      '1 | Seat is lost | critical | open | 2026-03-16 | Smoke',
    ]);
  });
});

test('bugs that are deleted, or whose test is, do not show', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.tests(1, exploratoryTest({ id: 10 }), exploratoryTest({ id: 11 }));
  await own.bugs([10, 11], bug({ id: 1, testId: 10 }), bug({ id: 2, testId: 10 }), bug({ id: 3, testId: 11 }));
  await own.bugs([10], bug({ id: 2, testId: 10 }));
  await own.tests(1, exploratoryTest({ id: 10 }));
  const { bugs, total } = await own.ask('list_bugs');
  expect({ total, ids: bugs.map(({ id }: { id: number }) => id) }).toEqual({ total: 1, ids: [2] });
  expect((await own.refuse('list_bugs', { test_ids: [11] })).code).toBe('test_not_found');
});
