import type { Chart } from '../charts/chart.ts';
import type { ReportTable } from '../report/report-tables.ts';
import type { Tile } from '../report/report-tiles.ts';

/** An answer to be looked at: its figures, pictures of them, and all of them as tables. */
export interface AnswerView {
  readonly title: string;
  /** Sentences that say what was counted and how far it can be trusted. */
  readonly said: readonly string[];
  readonly tiles: readonly Tile[];
  readonly charts: readonly Chart[];
  readonly tables: readonly ReportTable[];
}
