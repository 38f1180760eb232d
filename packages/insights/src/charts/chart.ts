import { BUG_STATUSES, type BugsByStatus } from '@testio-mcp/domain';
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { PALETTES } from './palette.ts';

/** Vega-Lite. Not by its own type: that asks everybody who uses this package for the types of a browser. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** A picture as data: what it shows in words, and how, as Vega-Lite. Reports draw it, answers carry it. */
export interface Chart {
  readonly key: string;
  readonly title: string;
  /** For those who do not see it. */
  readonly description: string;
  readonly spec: ChartSpec;
}

const chart = z.object({
  title: z.string(),
  description: z.string(),
  spec: z.record(z.string(), z.unknown()),
});

/** Pictures of an answer, only where they were asked for: they repeat its numbers. */
export const charts = z
  .array(chart)
  .optional()
  .describe('Vega-Lite; with include_charts only. Empty: no picture fits.');

/** The parameter that asks for them. */
export const includeCharts = z.boolean().default(false);

/** A chart as an answer carries it: whole, with the colours that it names. */
export function publishedChart({ title, description, spec }: Chart): z.infer<typeof chart> {
  return { title, description, spec: { ...spec, config: { range: { statuses: [...PALETTES.light.statuses] } } } };
}

export const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
/** Height of a horizontal bar. */
export const BAR = { step: 26 } as const;
/** An axis of counts has no fractions. */
export const WHOLE = { tickMinStep: 1 } as const;

export const STATUS_LABELS: Readonly<Record<keyof BugsByStatus, string>> = {
  open: 'Open',
  accepted: 'Accepted',
  auto_accepted: 'Auto-accepted',
  rejected: 'Rejected',
  other: 'Other',
};

/** Colours by status, the same in every picture. */
export const STATUS_COLOR = {
  field: 'status',
  type: 'nominal',
  title: null,
  scale: { domain: BUG_STATUSES.map((status) => STATUS_LABELS[status]), range: 'statuses' },
  legend: { orient: 'bottom' },
} as const;

/** Bugs of a group by status, a value each; what hardly ever occurs only where it does. */
export function statusValues(group: string, counts: BugsByStatus) {
  return BUG_STATUSES.filter((status) => status !== 'other' || counts.other > 0).map((status, order) => ({
    group,
    status: STATUS_LABELS[status],
    order,
    bugs: counts[status],
  }));
}

/** Horizontal bars of bugs under each name that has some; null where none has. */
export function bugBars(facts: Pick<Chart, 'key' | 'title'>, counts: Readonly<Record<string, number>>): Chart | null {
  const values = Object.entries(counts)
    .filter(([, bugs]) => bugs > 0)
    .map(([name, bugs]) => ({ name: name.replaceAll('_', ' '), bugs }));
  if (values.length === 0) return null;
  return {
    ...facts,
    description: `${facts.title}: ${values.map(({ name, bugs }) => `${name} ${bugs}`).join(', ')}.`,
    spec: {
      $schema: SCHEMA,
      data: { values },
      width: 560,
      height: BAR,
      mark: 'bar',
      encoding: {
        y: { field: 'name', type: 'nominal', sort: null, title: null },
        x: { field: 'bugs', type: 'quantitative', title: 'Bugs', axis: WHOLE },
      },
    } satisfies TopLevelSpec,
  };
}
