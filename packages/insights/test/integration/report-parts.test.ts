import { env } from 'node:process';
import { toIso } from '@testio-mcp/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReportFile } from '../../src/index.ts';
import { account, fill, INSTANTS } from '../support/random-account.ts';
import { type Rig, rig } from '../support/rig.ts';

// Whatever splits the tests of a report in two, by time, status, product or choice, splits every part of it: what does not obey
// the filter, or counts something twice, does not add up.

const STORES = Number(env.METRIC_STORES ?? 3) * 4;
const SEED = Number(env.METRIC_SEED ?? 20_260_317);
const STATUSES = [
  'initialized',
  'running',
  'locked',
  'customer_finalized',
  'archived',
  'cancelled',
  'waiting',
  'other',
];

type Counts = Readonly<Record<string, number>>;
interface Ratio {
  readonly numerator: number;
  readonly n: number;
}
interface Figures {
  readonly total_tests: number;
  readonly total_bugs: number | null;
  readonly bugs_by_status: Counts;
  readonly bugs_by_severity: Counts;
  readonly rates: Readonly<Record<string, Ratio>>;
}
interface Report {
  readonly summary: Figures & {
    readonly tests_by_status: Counts;
    readonly tests_by_type: Counts;
    readonly known_bugs: number | null;
    readonly severity_score: number | null;
    readonly bugs_per_test: Ratio;
  };
  readonly by_product: readonly (Figures & { readonly id: number })[];
  readonly trend: { readonly items: readonly Omit<Figures, 'rates' | 'bugs_by_severity'>[] };
  readonly rejection_reasons: readonly { readonly reason: string; readonly bugs: number }[];
  readonly features: {
    readonly items: readonly { readonly id: number | null; readonly bugs: number; readonly rejected: number }[];
  };
  readonly tests: { readonly items: readonly (Omit<Figures, 'total_tests'> & { readonly id: number })[] };
}

/** A whole report, as its file has it. */
async function wholeReport(own: Rig, input: object, timeZone: string): Promise<Report> {
  const files: ReportFile[] = [];
  const reports = {
    check: async () => undefined,
    write: async (file: ReportFile) => {
      files.push(file);
      return { id: file.path, uri: 'testio://reports/x', path: file.path, bytes: 0 };
    },
    read: async () => null,
    list: async () => [],
  };
  await own.ask('generate_quality_report', { format: 'json', freshness: 'cached', ...input }, { reports, timeZone });
  return JSON.parse(files[0]?.content ?? '') as Report;
}

/** Every number of a report that adds up, by the place where it stands. Nothing and 0 are the same here. */
function additive({ summary, by_product, trend, rejection_reasons, features, tests }: Report): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (place: string, value: number | null | undefined) => {
    if ((value ?? 0) !== 0) sums.set(place, (sums.get(place) ?? 0) + (value ?? 0));
  };
  const addAll = (place: string, counts: Counts = {}) => {
    for (const [name, count] of Object.entries(counts)) add(`${place} ${name}`, count);
  };
  const figures = (place: string, part: Partial<Figures>) => {
    add(`${place} tests`, part.total_tests);
    add(`${place} bugs`, part.total_bugs);
    addAll(`${place} status`, part.bugs_by_status);
    addAll(`${place} severity`, part.bugs_by_severity);
    for (const [name, { numerator, n }] of Object.entries(part.rates ?? {})) {
      add(`${place} ${name} numerator`, numerator);
      add(`${place} ${name} n`, n);
    }
  };
  figures('summary', summary);
  addAll('summary test status', summary.tests_by_status);
  addAll('summary test type', summary.tests_by_type);
  add('summary known', summary.known_bugs);
  add('summary score', summary.severity_score);
  add('summary density numerator', summary.bugs_per_test.numerator);
  add('summary density n', summary.bugs_per_test.n);
  for (const part of by_product) figures(`product ${part.id}`, part);
  for (const point of trend.items) figures('trend', point);
  for (const { reason, bugs } of rejection_reasons) add(`reason ${reason}`, bugs);
  for (const { id, bugs, rejected } of features.items) {
    add(`feature ${id} bugs`, bugs);
    add(`feature ${id} rejected`, rejected);
  }
  for (const part of tests.items) {
    figures(`test ${part.id}`, part);
    add(`test ${part.id} listed`, 1);
  }
  return sums;
}

function sumOf(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): Map<string, number> {
  const names = [...one.keys(), ...other.keys()];
  return new Map(names.map((name) => [name, (one.get(name) ?? 0) + (other.get(name) ?? 0)]));
}

/** A way to split what a report is about, such that nothing is in both halves. */
const split = fc.oneof(
  fc
    .tuple(fc.constantFrom(...INSTANTS.filter((each) => each !== null)), fc.constantFrom(...STATUSES))
    .map(([middle, status]) => ({
      whole: { statuses: ['archived', 'running', status], period: 'until 2200' },
      halves: [
        { statuses: ['archived', 'running', status], period: `until ${toIso(middle)}` },
        { statuses: ['archived', 'running', status], period: `${toIso(middle)}..2200` },
      ],
    })),
  fc.subarray(STATUSES, { minLength: 1, maxLength: STATUSES.length - 1 }).map((some) => ({
    whole: { statuses: STATUSES },
    halves: [{ statuses: some }, { statuses: STATUSES.filter((status) => !some.includes(status)) }],
  })),
  fc.constant({ whole: { product_ids: [1, 2] }, halves: [{ product_ids: [1] }, { product_ids: [2] }] }),
);

/** Every second test against the others. */
async function splitByTests(own: Rig) {
  const { tests } = await own.ask('list_tests', { freshness: 'cached', per_page: 200 });
  const ids: number[] = tests.map(({ id }: { id: number }) => id);
  const halves = [0, 1].map((half) => ({ test_ids: ids.filter((_, place) => place % 2 === half) }));
  return ids.length < 2 ? [] : [{ whole: { test_ids: ids }, halves }];
}

test('two halves of a report add up to the whole in every part, whatever splits it', {
  timeout: 60_000 + STORES * 5_000,
}, async () => {
  let counted = 0;
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York');
  const twoProducts = account.filter((products) => products.length > 1);
  await fc.assert(
    fc.asyncProperty(
      twoProducts,
      fc.array(split, { minLength: 6, maxLength: 6 }),
      zone,
      async (products, splits, timeZone) => {
        const own = await rig();
        await fill(own, products);
        for (const { whole, halves } of [...splits, ...(await splitByTests(own))]) {
          const report = async (input: object) => additive(await wholeReport(own, input, timeZone));
          const [all, one, other] = [await report(whole), await report(halves[0] ?? {}), await report(halves[1] ?? {})];
          const what = `${timeZone} ${JSON.stringify(halves)}`;
          expect(Object.fromEntries(sumOf(one, other)), what).toEqual(Object.fromEntries(all));
          counted += all.size;
        }
      },
    ),
    { numRuns: STORES, seed: SEED, endOnFailure: true },
  );
  process.stderr.write(`reports: ${counted} numbers added up\n`);
  expect(counted).toBeGreaterThan(STORES * 200);
});
