import { describe, expect, test } from 'vitest';
import { bug, device, exploratoryTest, feature, product, requirement, snapshot } from './support/entities.ts';
import { DAY, NOW, type Rig, rig, sharedRig } from './support/rig.ts';

type Row = Record<string, unknown>;

const BUG_FACTS = { reportedAt: NOW - DAY, author: 'anna' } as const;

/** Test 1: 3 accepted, 1 rejected; test 2: 1 auto-accepted, 1 open; test 3: no bugs; test 4 was cancelled. */
async function fill(own: Rig): Promise<void> {
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Shop, old' }));
  await own.features(1, { feature: feature({ id: 7, title: 'Cart' }), sectionIds: [] });
  const ended = { status: 'archived', endAt: Date.UTC(2026, 1, 28, 23, 30) };
  const ios = requirement({ operatingSystem: { id: 1, key: 'ios', name: 'iOS' } });
  const android = requirement({ operatingSystem: { id: 2, key: 'android', name: 'Android' } });
  await own.tests(
    1,
    exploratoryTest({ id: 1, ...ended, createdBy: 'Carl', features: [snapshot({ id: 11, featureId: 7 })] }),
    exploratoryTest({ id: 2, ...ended, endAt: Date.UTC(2026, 0, 1), requirements: [ios, android, ios] }),
    exploratoryTest({ id: 4, status: 'cancelled', endAt: NOW }),
  );
  await own.tests(2, exploratoryTest({ id: 3, ...ended, endAt: null, testingType: 'rapid' }));
  const accepted = [1, 2, 3].map((nth) =>
    bug({ id: 10 + nth, testId: 1, status: 'accepted', severity: 'high', testFeatureId: 11, ...BUG_FACTS }),
  );
  await own.bugs(
    [1, 2, 3],
    ...accepted,
    bug({ id: 14, testId: 1, status: 'rejected', severity: 'visual', ...BUG_FACTS, author: 'ben' }),
    bug({
      id: 21,
      testId: 2,
      status: 'accepted',
      autoAccepted: true,
      severity: 'critical',
      known: true,
      ...BUG_FACTS,
      devices: [
        device('iOS', 'Phones', ['Safari', 'Chrome']),
        device('iOS', 'Tablets', ['Safari']),
        device(null, null, []),
      ],
    }),
    bug({ id: 22, testId: 2, severity: null, reportedAt: NOW - 8 * DAY }),
  );
}

describe('query_metrics', () => {
  const own = sharedRig(fill);
  const ask = (input: object) => own().ask('query_metrics', input);

  test('computes every metric from its definition', async () => {
    const { totals, rows, total_rows } = await ask({
      metrics:
        'test_count, tests_created, tests_submitted, features_tested, bug_count, open_bugs, known_bugs, open_over_7_days, bug_severity_score, active_testers, bugs_per_test, overall_acceptance_rate, active_acceptance_rate, auto_acceptance_rate, rejection_rate, review_rate, time_to_review_hours',
    });
    expect([rows, total_rows]).toEqual([[], 0]);
    expect(totals).toEqual({
      test_count: 3,
      tests_created: 1,
      tests_submitted: 0,
      features_tested: 1,
      bug_count: 6,
      open_bugs: 1,
      known_bugs: 1,
      open_over_7_days: 1,
      bug_severity_score: 3 * 3 + 1 + 5 + 1,
      active_testers: 2,
      bugs_per_test: 2,
      bugs_per_test_n: 3,
      overall_acceptance_rate: 4 / 6,
      overall_acceptance_rate_n: 6,
      active_acceptance_rate: 0.5,
      active_acceptance_rate_n: 6,
      auto_acceptance_rate: 0.25,
      auto_acceptance_rate_n: 4,
      rejection_rate: 1 / 6,
      rejection_rate_n: 6,
      review_rate: 4 / 6,
      review_rate_n: 6,
      time_to_review_hours: null,
      time_to_review_hours_n: 0,
    });
  });

  test('says what it counted, of which tests, and how it is sorted', async () => {
    const answer = await ask({ metrics: 'bug_count', dimensions: 'product', filters: ['severity=high,visual'] });
    expect(answer.rows).toEqual([
      { product: 'Shop', product_id: 1, bug_count: 4 },
      { product: 'Shop, old', product_id: 2, bug_count: 0 },
    ]);
    expect(answer.filters).toEqual({
      severity: ['high', 'visual'],
      test_status: ['running', 'locked', 'customer_finalized', 'archived'],
    });
    expect(answer.explanation).toBe(
      'Bug count by product; where severity high or visual, test status running or locked or customer_finalized or archived; sorted by bug count descending.',
    );
    expect(answer).toMatchObject({ as_of: '2026-03-17T12:00:00Z', completeness: { complete: true } });
  });

  test('keeps what has no value as (none), last of all', async () => {
    const { rows } = await ask({ metrics: ['bug_count', 'test_count'], dimensions: ['feature'], sort_by: 'feature' });
    expect(rows).toEqual([
      { feature: 'Cart', feature_id: 7, bug_count: 3, test_count: 1 },
      { feature: '(none)', feature_id: null, bug_count: 3, test_count: 2 },
    ]);
  });

  test('counts a bug with several devices once under each value, and says that rows do not add up', async () => {
    const { rows, totals, notes } = await ask({
      metrics: ['bug_count', 'bug_severity_score'],
      dimensions: ['device_os'],
    });
    expect(rows).toEqual([
      { device_os: '(none)', bug_count: 6, bug_severity_score: 16 },
      { device_os: 'iOS', bug_count: 1, bug_severity_score: 5 },
    ]);
    expect(totals).toEqual({ bug_count: 6, bug_severity_score: 16 });
    expect(notes[0]).toBe(
      'Rows do not add up to the totals for bug_count, bug_severity_score: a test or bug may count in several rows (device_os), once in each.',
    );
    const pairs = await ask({ metrics: 'bug_count', dimensions: 'device_os,browser', filters: { device_os: 'ios' } });
    expect(pairs.rows.map((row: Row) => [row.browser, row.bug_count])).toEqual([
      ['Chrome', 1],
      ['Safari', 1],
    ]);
  });

  test('a platform that a test asks for twice counts its bugs once', async () => {
    const { rows } = await ask({
      metrics: 'bug_count,test_count',
      dimensions: 'platform',
      sort_by: 'required_platform',
    });
    expect(rows).toEqual([
      { required_platform: 'Android', bug_count: 2, test_count: 1 },
      { required_platform: 'iOS', bug_count: 2, test_count: 1 },
      { required_platform: '(none)', bug_count: 4, test_count: 2 },
    ]);
  });

  test('divides bugs of a severity by all tests, and counts only tests that have one', async () => {
    const { rows, notes } = await ask({
      metrics: 'bugs_per_test,test_count',
      dimensions: 'severity',
      sort_by: 'severity',
    });
    expect(rows).toEqual([
      { severity: 'critical', bugs_per_test: 1 / 3, bugs_per_test_n: 3, test_count: 1 },
      { severity: 'high', bugs_per_test: 1, bugs_per_test_n: 3, test_count: 1 },
      { severity: 'visual', bugs_per_test: 1 / 3, bugs_per_test_n: 3, test_count: 1 },
      { severity: 'other', bugs_per_test: 1 / 3, bugs_per_test_n: 3, test_count: 1 },
    ]);
    expect(notes).toContain(
      'test_count: only tests with at least one bug of the row, because bugs are grouped or filtered.',
    );
  });

  test('groups by time in the zone of the reader, oldest first', async () => {
    const months = async (timeZone: string, dimensions: string) => {
      const input = { metrics: 'test_count', dimensions };
      const { rows } = await own().ask('query_metrics', input, { timeZone });
      return rows.map((row: Row) => [row[dimensions], row.test_count]);
    };
    expect(await months('UTC', 'month')).toEqual([
      ['2026-01', 1],
      ['2026-02', 1],
      ['(none)', 1],
    ]);
    expect(await months('Europe/Berlin', 'month')).toEqual([
      ['2026-01', 1],
      ['2026-03', 1],
      ['(none)', 1],
    ]);
    expect(await months('America/New_York', 'quarter')).toEqual([
      ['2025-Q4', 1],
      ['2026-Q1', 1],
      ['(none)', 1],
    ]);
    // ISO: Thursday, 1 January 2026 lies in week 1, whose Wednesday is still 2025.
    expect(await months('America/New_York', 'week')).toEqual([
      ['2026-W01', 1],
      ['2026-W09', 1],
      ['(none)', 1],
    ]);
  });

  test('quarters and years are those of the fiscal year, under names that mean it as periods too', async () => {
    const april = { fiscalYearStartMonth: 4 };
    const input = { metrics: 'test_count', dimensions: 'year,quarter', period: 'this year' };
    const { rows, explanation } = await own().ask('query_metrics', input, april);
    expect(rows).toEqual([{ year: 'FY2025', quarter: '2025-Q4', test_count: 2 }]);
    expect(explanation).toContain('from 2025-04-01T00:00:00Z before 2026-04-01T00:00:00Z');
    expect(explanation).toContain('fiscal years begin in April');
    const quarter = await own().ask('query_metrics', { metrics: 'test_count', period: '2025-Q4' }, april);
    expect([quarter.totals, quarter.period]).toEqual([
      { test_count: 2 },
      { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
    ]);
    const calendar = await own().ask('query_metrics', { metrics: 'test_count', period: '2026' }, april);
    expect(calendar.period).toEqual({ from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' });
  });

  test('says how many dimensions there may be', async () => {
    const input = { metrics: 'bug_count', dimensions: 'month,severity,product' };
    const error = await own().refuse('query_metrics', input);
    expect(error.message).toBe('dimensions takes at most 2 at once, not 3.');
  });

  test('the time axis decides what a period means', async () => {
    const input = { metrics: 'bug_count,test_count,bugs_per_test', period: 'last 7 days' };
    expect((await ask(input)).totals).toMatchObject({ bug_count: 0, test_count: 0 });
    const { totals, notes } = await ask({ ...input, time_axis: 'bug_reported' });
    expect(totals).toEqual({ bug_count: 5, test_count: 2, bugs_per_test: null, bugs_per_test_n: null });
    expect(notes.join(' ')).toContain('Use time_axis test_end');
    expect((await ask({ metrics: 'test_count', start_date: '2026-01-01', end_date: '2026-01-01' })).totals).toEqual({
      test_count: 1,
    });
  });

  test('shows what a limit leaves out as what it holds together', async () => {
    const { rows, rest, total_rows, returned } = await ask({
      metrics: 'bug_count,rejection_rate,active_testers',
      dimensions: 'severity',
      limit: 1,
    });
    expect(rows).toHaveLength(1);
    expect([total_rows, returned]).toEqual([4, 1]);
    expect(rest).toEqual({ rows: 3, bug_count: 3, rejection_rate: 1 / 3, rejection_rate_n: 3, active_testers: null });
  });

  test('groups and filters by nothing where nothing is listed', async () => {
    const totals = { bug_count: 6 };
    expect(await ask({ metrics: 'bug_count', dimensions: [], filters: {} })).toMatchObject({ rows: [], totals });
    expect(await ask({ metrics: 'bug_count', dimensions: '[]', filters: '[]' })).toMatchObject({ rows: [], totals });
  });

  test('breaks ties by name, also in descending order', async () => {
    const { rows } = await ask({
      metrics: 'bug_count',
      dimensions: 'tester,severity',
      filters: 'bug_status=accepted,rejected',
    });
    expect(rows.map((row: Row) => [row.tester, row.severity, row.bug_count])).toEqual([
      ['anna', 'high', 3],
      ['ben', 'visual', 1],
    ]);
  });

  test.each([
    [{ metrics: 'acceptance_rate' }, 'metrics', 'auto_acceptance_rate'],
    [{ metrics: 'bug_count', dimensions: 'browserz' }, 'dimensions', 'browser'],
    [{ metrics: 'bug_count', filters: 'severty=high' }, 'filters', 'severity'],
    [{ metrics: 'bug_count', filters: 'severity=hihg' }, 'filters', 'high'],
    [{ metrics: 'bug_count', filters: 'browser=safary' }, 'filters', 'Safari'],
    [{ metrics: 'bug_count', filters: 'month=2026-01' }, 'filters', undefined],
    [{ metrics: 'bug_count', filters: 'product=99' }, 'filters', undefined],
    [{ metrics: 'bug_count', filters: 'severity' }, 'filters', undefined],
    [{ metrics: 'bug_count', sort_by: 'bug_cuont' }, 'sort_by', 'bug_count'],
    [{ metrics: 'bug_count', dimensions: 'product,test,tester' }, 'dimensions', undefined],
    [{ metrics: 'bug_count', period: 'ytd', start_date: '2026-01-01' }, 'period', undefined],
    [{}, 'metrics', undefined],
  ])('refuses %j', async (input, field, nearest) => {
    const { kind, facts } = await own().refuse('query_metrics', input);
    expect(['validation', 'not_found']).toContain(kind);
    expect(facts.field).toBe(field);
    if (nearest !== undefined) expect(facts.accepted?.slice(0, 3)).toContain(nearest);
  });

  test('takes a title, also one with a comma, where a filter means something that has one', async () => {
    const count = async (filters: unknown) => (await ask({ metrics: 'bug_count', filters })).totals.bug_count;
    expect(await count({ product: 'Shop' })).toBe(6);
    expect(await count({ product: ['Shop, old'] })).toBe(0);
    expect(await count('product=1,2; known=yes')).toBe(1);
    expect(await count(['feature=Cart', 'tester=anna'])).toBe(3);
    expect(await count({ rejection_reason: 'none', status: 'archived' })).toBe(5);
    expect(await count('{"feature": ["none"], "customer": "Carl"}')).toBe(1);
  });
});

test('every pair of keys is a group of its own, whatever comes first, none included', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.tests(1, exploratoryTest({ id: 1, status: 'archived', endAt: NOW }));
  const severities = ['critical', 'high', 'low'] as const;
  const authors = ['anna', 'ben', 'carl', null];
  // The nth pair has n bugs.
  const pairs = authors.flatMap((author) => severities.map((severity) => ({ author, severity })));
  const bugs = pairs.flatMap(({ author, severity }, nth) =>
    Array.from({ length: nth + 1 }, (_, index) =>
      bug({ id: 100 * (nth + 1) + index, testId: 1, severity, author, status: index === 0 ? 'rejected' : 'open' }),
    ),
  );
  await own.bugs([1], ...bugs);
  const input = {
    metrics: 'bug_count,rejected_bugs,bug_severity_score',
    dimensions: 'tester,severity',
    sort_by: 'tester',
  };
  const { rows } = await own.ask('query_metrics', input);
  const weights = { critical: 5, high: 3, low: 1 };
  expect(rows.map(({ tester_id: _, ...row }: Row) => row)).toEqual(
    pairs.map(({ author, severity }, nth) => ({
      tester: author ?? '(none)',
      severity,
      bug_count: nth + 1,
      rejected_bugs: 1,
      bug_severity_score: (nth + 1) * weights[severity],
    })),
  );
});

test('bugs that were never loaded are unknown, not 0, and the answer says so', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }), product({ id: 2 }));
  await own.tests(1, exploratoryTest({ id: 1 }), exploratoryTest({ id: 2 }));
  await own.tests(2, exploratoryTest({ id: 3 }));
  await own.bugs([1], bug({ id: 10, testId: 1 }));
  const { rows, completeness } = await own.ask('query_metrics', {
    metrics: 'bug_count,bugs_per_test,rejection_rate,active_testers,test_count',
    dimensions: 'product',
    sort_by: 'product',
  });
  expect(rows).toEqual([
    {
      product: 'Product 1',
      product_id: 1,
      bug_count: 1,
      bugs_per_test: 1,
      bugs_per_test_n: 1,
      rejection_rate: 0,
      rejection_rate_n: 1,
      active_testers: 0,
      test_count: 2,
    },
    {
      product: 'Product 2',
      product_id: 2,
      bug_count: null,
      bugs_per_test: null,
      bugs_per_test_n: 0,
      rejection_rate: null,
      rejection_rate_n: 0,
      active_testers: null,
      test_count: 1,
    },
  ]);
  expect(completeness.missing).toMatchObject([{ what: 'bugs_of_tests', count: 2 }]);
  const critical = await own.ask('query_metrics', { metrics: 'bug_count', filters: 'product=2;severity=critical' });
  expect(critical.totals).toEqual({ bug_count: null });
});

test('the time to a review is that which syncs saw, and nothing else', async () => {
  const own = await rig();
  await own.products(product({ id: 1 }));
  await own.tests(1, exploratoryTest({ id: 1 }));
  const open = [1, 2, 3].map((id) => bug({ id, testId: 1, reportedAt: NOW - DAY }));
  const before = bug({ id: 4, testId: 1, status: 'accepted', reportedAt: NOW - DAY });
  await own.bugs([1], ...open, before);
  own.clock.set(NOW + DAY);
  const [first, second, third] = open;
  if (first === undefined || second === undefined || third === undefined) throw new Error('There are three.');
  const system = { ...second, status: 'accepted', autoAccepted: true };
  await own.bugs([1], { ...first, status: 'rejected' }, system, third, before);
  const { totals } = await own.ask('query_metrics', { metrics: 'time_to_review_hours' });
  expect(totals).toEqual({ time_to_review_hours: 48, time_to_review_hours_n: 1 });
});
