import { BUG_STATUSES } from '@testio-mcp/domain';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { ReportFile } from '../src/index.ts';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { DAY, NOW, type Rig, rig, sharedRig } from './support/rig.ts';

const NAME = 'generate_quality_report';

/** A reports folder that keeps what is written in memory. */
function folder() {
  const written: ReportFile[] = [];
  return {
    written,
    reports: {
      check: async () => undefined,
      write: async (file: ReportFile) => {
        written.push(file);
        return {
          id: file.path,
          uri: `testio://reports/${encodeURIComponent(file.path)}`,
          path: `/reports/${file.path}`,
          bytes: Buffer.byteLength(file.content),
        };
      },
      read: async () => null,
      list: async () => [],
    },
  };
}

const day = (text: string) => Date.parse(`${text}T12:00:00Z`);

async function fill(own: Rig): Promise<void> {
  await own.products(
    product({ id: 1, title: 'Shop' }),
    product({ id: 2, title: '=Bank|<b>' }),
    product({ id: 3, title: 'Idle' }),
  );
  await own.tests(
    1,
    exploratoryTest({ id: 11, status: 'archived', endAt: day('2026-01-01'), testingType: 'rapid', title: 'First' }),
    exploratoryTest({ id: 12, status: 'locked', endAt: day('2026-01-31'), title: '=HYPERLINK("x")' }),
    exploratoryTest({ id: 13, status: 'cancelled', endAt: day('2026-02-01') }),
  );
  await own.tests(2, exploratoryTest({ id: 21, status: 'running', endAt: day('2026-02-28') }));
  await own.tests(3);
  const at = { reportedAt: NOW - DAY, author: 'anna' };
  await own.bugs(
    [11, 12, 13, 21],
    bug({ id: 1, testId: 11, status: 'rejected', severity: 'critical', ...at }),
    bug({ id: 2, testId: 11, status: 'accepted', severity: 'low', ...at }),
    bug({ id: 3, testId: 12, status: 'forwarded', severity: 'visual', ...at }),
    bug({ id: 4, testId: 13, status: 'accepted', severity: 'low', ...at }),
    bug({ id: 5, testId: 21, status: 'accepted', autoAccepted: true, severity: 'high', ...at }),
  );
}

describe('a report', () => {
  const own = sharedRig(fill);
  const ask = (input: object = {}) => own().ask(NAME, { freshness: 'cached', ...input });

  test('counts executed tests and their bugs, by every part', async () => {
    const report = await ask();
    expect(report.summary).toMatchObject({
      total_tests: 3,
      total_bugs: 4,
      bugs_by_status: { open: 1, accepted: 1, auto_accepted: 1, rejected: 1, other: 0 },
      bugs_by_severity: { critical: 1, high: 1, low: 1, visual: 1 },
      tests_by_status: { archived: 1, locked: 1, running: 1, cancelled: 0 },
      bugs_per_test: { value: 4 / 3, numerator: 4, n: 3 },
      severity_score: 5 + 1 + 1 + 3,
      rates: { rejection_rate: { value: 0.25, numerator: 1, n: 4 }, auto_acceptance_rate: { value: 0.5, n: 2 } },
      health: { rejection_rate: 'warning', auto_acceptance_rate: 'critical', review_rate: 'critical' },
    });
    expect(report.by_product.map(({ id, total_bugs }: { id: number; total_bugs: number }) => [id, total_bugs])).toEqual(
      [
        [2, 1],
        [1, 3],
      ],
    );
    expect(report.trend).toMatchObject({ unit: 'week', total: 9 });
    expect(report.tests.items.map(({ id }: { id: number }) => id)).toEqual([21, 12, 11]);
  });

  test('names products without tests when they were asked for', async () => {
    const { by_product } = await ask({ product_ids: ['Idle', 'Shop'] });
    expect(by_product).toMatchObject([
      {
        id: 3,
        total_tests: 0,
        total_bugs: 0,
        rates: { rejection_rate: { value: null, n: 0 } },
        health: { rejection_rate: 'unknown' },
      },
      { id: 1, total_tests: 2 },
    ]);
  });

  test('counts the first and the last day of a period in full, in the zone of the context', async () => {
    expect((await ask({ period: '2026-01-01..2026-01-31' })).summary.total_tests).toBe(2);
    expect((await ask({ start_date: '2026-01-31', end_date: '2026-01-31' })).summary.total_tests).toBe(1);
    const { period } = await own().ask(NAME, { period: '2026-01', freshness: 'cached' }, { timeZone: 'Asia/Tokyo' });
    expect(period).toEqual({ from: '2025-12-31T15:00:00Z', to: '2026-01-31T15:00:00Z', time_zone: 'Asia/Tokyo' });
  });

  test('names the points of its trend by days of the zone and by fiscal quarters', async () => {
    const { reports, written } = folder();
    const context = { reports, timeZone: 'Europe/Berlin', fiscalYearStartMonth: 4 };
    const report = await own().ask(NAME, { format: 'csv', freshness: 'cached' }, context);
    expect(report.period).toMatchObject({ fiscal_year_start: 4 });
    // The week begins on a Monday in Berlin, which is still a Sunday in UTC.
    expect(report.trend.items[0].start).toBe('2025-12-28T23:00:00Z');
    expect(written[0]?.content).toContain('trend,2025-12-29,,total_tests,1');
  });

  test('a filter changes every part', async () => {
    const [all, some] = [await ask(), await ask({ statuses: ['archived'] })];
    const parts = ['summary', 'by_product', 'trend', 'tests', 'rejection_reasons'] as const;
    for (const part of parts.slice(0, 4)) expect(some[part], part).not.toEqual(all[part]);
    expect(some.summary).toMatchObject({ total_tests: 1, total_bugs: 2, bugs_by_status: { rejected: 1, accepted: 1 } });
    const chosen = await ask({ test_ids: [13] });
    expect(chosen.summary).toMatchObject({ total_tests: 1, total_bugs: 1, tests_by_status: { cancelled: 1 } });
  });

  test('two half periods add up to the whole', async () => {
    const [whole, first, second] = [
      await ask({ period: '2026' }),
      await ask({ period: 'until 2026-01-30' }),
      await ask({ period: 'since 2026-01-31' }),
    ];
    for (const status of BUG_STATUSES) {
      expect(first.summary.bugs_by_status[status] + second.summary.bugs_by_status[status]).toBe(
        whole.summary.bugs_by_status[status],
      );
    }
    expect(first.summary.total_tests + second.summary.total_tests).toBe(whole.summary.total_tests);
  });

  test('says the same as query_metrics', async () => {
    const { totals } = await own().ask('query_metrics', {
      metrics: [
        'test_count',
        'bug_count',
        'open_bugs',
        'bug_severity_score',
        'rejection_rate',
        'bugs_per_test',
        'active_testers',
      ],
    });
    const { summary } = await ask();
    expect(totals).toMatchObject({
      test_count: summary.total_tests,
      bug_count: summary.total_bugs,
      open_bugs: summary.bugs_by_status.open,
      bug_severity_score: summary.severity_score,
      rejection_rate: summary.rates.rejection_rate.value,
      bugs_per_test: summary.bugs_per_test.value,
      active_testers: summary.active_testers,
    });
  });

  test('judges by the thresholds of the context, which it tells', async () => {
    const thresholds = {
      rejection_rate: { warning: 0.26, critical: 0.5 },
      auto_acceptance_rate: { warning: 0.2, critical: 0.4 },
      review_rate: { warning: 0.8, critical: 0.6 },
    };
    const { summary, thresholds: told } = await own().ask(NAME, { freshness: 'cached' }, { thresholds });
    expect([summary.health.rejection_rate, told]).toEqual(['healthy', thresholds]);
  });

  test('judges a product by thresholds of its own, which it tells where others are told too', async () => {
    const lenient = {
      rejection_rate: { warning: 0.5, critical: 0.9 },
      auto_acceptance_rate: { warning: 0.2, critical: 0.4 },
      review_rate: { warning: 0.8, critical: 0.6 },
    };
    const { reports, written } = folder();
    const context = { reports, productThresholds: new Map([[1, lenient]]) };
    const both = await own().ask(NAME, { freshness: 'cached', format: 'csv' }, context);
    const shop = both.by_product.find(({ id }: { id: number }) => id === 1);
    expect([both.summary.health.rejection_rate, shop.health.rejection_rate]).toEqual(['warning', 'healthy']);
    expect([both.thresholds.rejection_rate.warning, shop.thresholds]).toEqual([0.2, lenient]);
    expect(both.by_product.filter(({ thresholds }: { thresholds?: object }) => thresholds !== undefined)).toEqual([
      shop,
    ]);
    expect(written[0]?.content).toContain('product_thresholds,1,Shop,rejection_rate_critical,0.9');
    const alone = await own().ask(NAME, { freshness: 'cached', product_ids: [1] }, context);
    expect([alone.summary.health.rejection_rate, alone.thresholds]).toEqual(['healthy', lenient]);
  });

  test.each([
    [{ product_ids: [99] }, 'product_not_found'],
    [{ test_ids: [999] }, 'test_not_found'],
    [{ product_ids: [2], test_ids: [11] }, 'invalid_input'],
    [{ period: '2026-13' }, 'invalid_period'],
    [{ period: '2026', start_date: '2026-01-01' }, 'invalid_input'],
    [{ output_file: 'report.txt' }, 'invalid_input'],
    [{ output_file: 'report.json', format: 'html' }, 'invalid_input'],
    [{ format: 'html' }, 'no_reports_folder'],
  ])('refuses %j with %s', async (input, code) => {
    expect((await own().refuse(NAME, { freshness: 'cached', ...input })).code).toBe(code);
  });
});

test('bugs that were never loaded are unknown in every form, not 0', async () => {
  const own = await rig();
  await own.products(product({ id: 1, title: 'Shop' }));
  await own.tests(1, exploratoryTest({ id: 11, status: 'archived', endAt: day('2026-01-01') }));
  const write = async (format: string) => {
    const { reports, written } = folder();
    const { summary } = await own.ask(NAME, { format, freshness: 'cached' }, { reports });
    expect(summary).toMatchObject({ total_bugs: null, known_bugs: null });
    return written[0]?.content ?? '';
  };
  expect(await write('html')).toContain('<dt>waiting for a decision</dt><dd>unknown</dd>');
  const lines = (await write('csv')).split('\r\n');
  for (const name of ['total_bugs', 'bugs_open', 'bugs_of_severity_high', 'known_bugs']) {
    expect(lines).toContain(`summary,${name},,value,`);
  }
  expect(lines).toContain('tests,11,Test 11,open,');
  // Loaded, and none: that is 0.
  await own.bugs([11]);
  const { reports, written } = folder();
  const { summary } = await own.ask(NAME, { format: 'html', freshness: 'cached' }, { reports });
  expect(summary).toMatchObject({ total_bugs: 0, known_bugs: 0 });
  expect(written[0]?.content).toContain('<dt>waiting for a decision</dt><dd>0</dd>');
});

describe('the written forms', () => {
  const own = sharedRig(fill);

  async function written(format: string): Promise<string> {
    const { reports, written: files } = folder();
    const { file } = await own().ask(NAME, { format, freshness: 'cached' }, { reports });
    const [only] = files;
    expect(file).toMatchObject({ format, bytes: Buffer.byteLength(only?.content ?? '') });
    expect(file.uri).toBe(`testio://reports/${encodeURIComponent(only?.path ?? '')}`);
    return only?.content ?? '';
  }

  /** The figures that every form must hold, by name. */
  const FIGURES: Record<string, number> = {
    total_tests: 3,
    total_bugs: 4,
    bugs_open: 1,
    bugs_rejected: 1,
    bugs_of_severity_high: 1,
    severity_score: 10,
  };

  const inWords = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;

  test('JSON holds all of it', async () => {
    const report = JSON.parse(await written('json'));
    expect(report.summary).toMatchObject({ total_tests: 3, total_bugs: 4, severity_score: 10 });
    expect(report.tests).toMatchObject({ total: 3, rest: 0 });
    expect(report.completeness).toEqual({ complete: true, missing: [] });
  });

  test('CSV holds the same numbers, a line each, and no formula', async () => {
    const lines = (await written('csv')).split('\r\n').filter((line) => line !== '');
    expect(lines[0]).toBe('part,row,name,figure,value');
    for (const [figure, value] of Object.entries(FIGURES)) {
      expect(lines).toContain(`summary,${figure},,value,${value}`);
    }
    expect(lines).toContain('rates,rejection_rate,warning,value,0.25');
    expect(lines).toContain(`tests,12,"'=HYPERLINK(""x"")",open,1`);
    expect(lines).toContain("by_product,2,'=Bank|<b>,total_tests,1");
  });

  test('Markdown holds the same numbers, and no text breaks out of its cell', async () => {
    const text = await written('markdown');
    for (const [figure, value] of Object.entries(FIGURES)) expect(text).toContain(`| ${inWords(figure)} | ${value} |`);
    expect(text).toContain('=Bank\\|\\<b\\>');
    expect(text).not.toContain('<b>');
  });

  test('HTML holds the same numbers, pictures in words, and asks for nothing', async () => {
    const page = await written('html');
    for (const [figure, value] of Object.entries(FIGURES)) {
      expect(page).toContain(`<td class="name">${inWords(figure)}</td><td class="number">${value}</td>`);
    }
    expect(page).toContain('=Bank|&lt;b&gt;');
    expect(page.match(/<svg/g)?.length).toBe(6);
    expect(page).toContain('Bugs by severity: critical 1, high 1, low 1, visual 1.');
    const addresses = page.replaceAll(/http:\/\/www\.w3\.org\/\S+?"/g, '');
    expect(addresses).not.toMatch(/https?:|<script|@import|url\(/);
  });
});

test('many products fit a model too: it shows those with most bugs, and says how many there are', async () => {
  const own = await rig();
  const ids = Array.from({ length: 60 }, (_, place) => place + 1);
  await own.products(...ids.map((id) => product({ id, title: `Product with a rather long title, number ${id}` })));
  for (const id of ids)
    await own.tests(id, exploratoryTest({ id: id * 10, status: 'archived', endAt: NOW - id * DAY }));
  await own.bugs(
    ids.map((id) => id * 10),
    ...ids.flatMap((id) => Array.from({ length: id }, (_, nth) => bug({ id: id * 100 + nth, testId: id * 10 }))),
  );
  const { output, text } = await own.call(NAME, { freshness: 'cached' });
  expect(output).toMatchObject({ by_product_rest: 52, scope: { products_rest: 40 }, summary: { total_tests: 60 } });
  const shown = (output.by_product as { id: number }[]).map(({ id }) => id);
  expect(shown.toSorted((a, b) => a - b)).toEqual([53, 54, 55, 56, 57, 58, 59, 60]);
  expect(text).toContain('57 more products');
  expect(countTokens(JSON.stringify(output))).toBeLessThan(4_000);
});
