import type { Ended, Row } from './criterion.ts';

/** A figure that a benchmark has to find, and what it must be. */
export interface Target {
  /** The figure's name, or what it matches where a part of the name is itself measured. */
  readonly what: string | RegExp;
  /** The limit as the benchmark tells it. */
  readonly limit: string;
}

interface Finding {
  readonly title: string;
  readonly figures: readonly {
    readonly what: string;
    readonly measured: string;
    readonly wanted: string | null;
    readonly holds: boolean;
  }[];
}

/**
 * What `./dev bench NAME --json` found: a row for each figure that has a limit. A target that was not found, or was judged by another
 * limit, is a miss.
 */
export function benchmarkFigures({ code, stdout }: Ended, targets: readonly Target[]): Row[] {
  if (code !== 0) return [];
  const findings = JSON.parse(stdout) as readonly Finding[];
  const rows = findings.flatMap(({ figures }) =>
    figures.flatMap(({ what, measured, wanted, holds }) =>
      wanted === null ? [] : [{ what, figure: measured, limit: wanted, holds }],
    ),
  );
  const unmet = targets.filter(
    ({ what, limit }) => !rows.some((row) => matches(row.what, what) && row.limit === limit),
  );
  const absent = unmet.map(({ what, limit }) => ({
    what: typeof what === 'string' ? what : what.source,
    figure: 'not measured by this limit',
    limit,
    holds: false,
  }));
  return [...rows, ...absent];
}

function matches(name: string, what: Target['what']): boolean {
  return typeof what === 'string' ? name === what : what.test(name);
}
