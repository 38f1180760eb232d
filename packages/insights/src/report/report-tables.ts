import {
  BUG_STATUSES,
  JUDGED_RATE_NAMES,
  METRICS,
  RATE_DEFINITIONS,
  type RateName,
  SEVERITIES,
} from '@testio-mcp/domain';
import { STATUS_LABELS } from '../charts/chart.ts';
import type { ShownTrust } from '../trust/shape.ts';
import type { QualityReport } from './report-shape.ts';
import { pointName } from './trend.ts';

export type ReportCell = string | number | null;

export interface ReportColumn {
  /** As data files name it. */
  readonly key: string;
  /** As people read it. */
  readonly label: string;
  /** `share`: from 0 to 1. `name`: a name of ours, such as `rejection_rate`, which people read in words. */
  readonly kind: 'text' | 'name' | 'number' | 'share';
}

/** Whether a column says what a row is about instead of how much of something there is. */
export function isWording({ kind }: Pick<ReportColumn, 'kind'>): boolean {
  return kind === 'text' || kind === 'name';
}

/** A part of a report as rows. Every written form is made from these, so that all hold the same numbers. */
export interface ReportTable {
  readonly key: string;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly ReportCell[])[];
}

const text = (key: string, label: string): ReportColumn => ({ key, label, kind: 'text' });
const name = (key: string, label: string): ReportColumn => ({ key, label, kind: 'name' });
const number = (key: string, label: string): ReportColumn => ({ key, label, kind: 'number' });
const share = (key: string, label: string): ReportColumn => ({ key, label, kind: 'share' });

const FIGURES = [
  number('total_tests', 'Tests'),
  number('total_bugs', 'Bugs'),
  ...BUG_STATUSES.map((status) => number(status, STATUS_LABELS[status])),
];
const RATE_NAMES = Object.keys(RATE_DEFINITIONS) as RateName[];

/** The parts of a whole report. */
export function reportTables(report: QualityReport, { completeness }: ShownTrust): ReportTable[] {
  return [
    summaryTable(report),
    ratesTable(report),
    {
      key: 'by_product',
      title: 'Products',
      columns: [
        text('id', 'Id'),
        text('title', 'Product'),
        ...FIGURES,
        ...RATE_NAMES.map((name) => share(name, words(name))),
        ...JUDGED_RATE_NAMES.map((name) => text(`${name}_health`, `${words(name)}: health`)),
      ],
      rows: report.by_product.map((product) => [
        String(product.id),
        product.title,
        ...figures(product),
        ...RATE_NAMES.map((name) => product.rates[name].value),
        ...JUDGED_RATE_NAMES.map((name) => product.health[name]),
      ]),
    },
    {
      key: 'product_thresholds',
      title: 'Products with thresholds of their own',
      columns: [
        text('id', 'Id'),
        text('title', 'Product'),
        ...JUDGED_RATE_NAMES.flatMap((name) => [
          share(`${name}_warning`, `${words(name)}: warning`),
          share(`${name}_critical`, `${words(name)}: critical`),
        ]),
      ],
      rows: report.by_product.flatMap(({ id, title, thresholds: own }) =>
        own === undefined
          ? []
          : [[String(id), title, ...JUDGED_RATE_NAMES.flatMap((name) => [own[name].warning, own[name].critical])]],
      ),
    },
    {
      key: 'trend',
      title: `By ${report.trend.unit} in which the tests ended`,
      columns: [
        text('start', report.trend.unit === 'week' ? 'First day of the week' : capitalised(report.trend.unit)),
        ...FIGURES,
        share('rejection_rate', 'Rejection rate'),
      ],
      rows: report.trend.items.map((point) => [
        pointName(point.start, report.trend.unit, report.period),
        ...figures(point),
        point.rejection_rate,
      ]),
    },
    {
      key: 'rejection_reasons',
      title: 'Why bugs were rejected',
      columns: [name('reason', 'Reason'), number('bugs', 'Bugs')],
      rows: report.rejection_reasons.map(({ reason, bugs }) => [reason, bugs]),
    },
    {
      key: 'features',
      title: 'Features by bugs',
      columns: [text('id', 'Id'), text('title', 'Feature'), number('bugs', 'Bugs'), number('rejected', 'Rejected')],
      rows: report.features.items.map(({ id, title, bugs, rejected }) => [
        id === null ? null : String(id),
        id === null ? '(none)' : title,
        bugs,
        rejected,
      ]),
    },
    {
      key: 'tests',
      title: 'Tests, newest end first',
      columns: [
        text('id', 'Id'),
        text('title', 'Test'),
        text('product_id', 'Product'),
        name('status', 'Status'),
        name('testing_type', 'Type'),
        text('end_at', 'End'),
        ...FIGURES.slice(1),
      ],
      rows: report.tests.items.map((test) => [
        String(test.id),
        test.title,
        String(test.product_id),
        test.status,
        test.testing_type,
        test.end_at,
        ...figures({ ...test, total_tests: 1 }).slice(1),
      ]),
    },
    missingTable(completeness),
  ];
}

/** What an answer lacks. */
export function missingTable({ missing }: ShownTrust['completeness']): ReportTable {
  return {
    key: 'missing',
    title: 'What is missing',
    columns: [text('what', 'What'), number('count', 'How many'), text('why', 'Why')],
    rows: missing.map(({ what, count, why }) => [what, count, why]),
  };
}

function summaryTable({ summary }: QualityReport): ReportTable {
  const row = (key: string, value: number | null): ReportCell[] => [key, value];
  const ofBugs = (key: string, value: number) => row(key, summary.total_bugs === null ? null : value);
  return {
    key: 'summary',
    title: 'In all',
    columns: [name('figure', 'Figure'), number('value', 'Value')],
    rows: [
      row('total_tests', summary.total_tests),
      ...Object.entries(summary.tests_by_status).map(([status, count]) => row(`tests_${status}`, count)),
      ...Object.entries(summary.tests_by_type).map(([type, count]) => row(`tests_of_type_${type}`, count)),
      row('total_bugs', summary.total_bugs),
      ...BUG_STATUSES.map((status) => ofBugs(`bugs_${status}`, summary.bugs_by_status[status])),
      ...[...SEVERITIES, 'other' as const].map((severity) =>
        ofBugs(`bugs_of_severity_${severity}`, summary.bugs_by_severity[severity]),
      ),
      row('known_bugs', summary.known_bugs),
      row('bugs_per_test', summary.bugs_per_test.value),
      row('severity_score', summary.severity_score),
      row('active_testers', summary.active_testers),
    ],
  };
}

function ratesTable({ summary, thresholds }: QualityReport): ReportTable {
  const judged: readonly string[] = JUDGED_RATE_NAMES;
  return {
    key: 'rates',
    title: 'Rates',
    columns: [
      name('rate', 'Rate'),
      share('value', 'Value'),
      number('numerator', 'Numerator'),
      number('n', 'Of'),
      text('health', 'Health'),
      share('warning', 'Warning from'),
      share('critical', 'Critical from'),
      text('formula', 'Formula'),
    ],
    rows: RATE_NAMES.map((name) => {
      const { value, numerator, n } = summary.rates[name];
      const key = judged.includes(name) ? (name as (typeof JUDGED_RATE_NAMES)[number]) : null;
      return [
        name,
        value,
        numerator,
        n,
        key === null ? null : summary.health[key],
        key === null ? null : thresholds[key].warning,
        key === null ? null : thresholds[key].critical,
        METRICS[name].formula,
      ];
    }),
  };
}

/** While the bugs were never loaded, none of their counts is known. */
function figures(part: {
  readonly total_tests: number;
  readonly total_bugs: number | null;
  readonly bugs_by_status: Readonly<Record<(typeof BUG_STATUSES)[number], number>>;
}): (number | null)[] {
  const { total_tests, total_bugs, bugs_by_status: counts } = part;
  return [total_tests, total_bugs, ...BUG_STATUSES.map((status) => (total_bugs === null ? null : counts[status]))];
}

/** `rejection_rate` as people read it. */
export function words(name: string): string {
  return capitalised(name.replaceAll('_', ' '));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
