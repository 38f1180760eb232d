import { TestioError, toIso } from '@testio-mcp/domain';
import { invalidInput } from '../input/errors.ts';
import type { OperationContext } from '../operation.ts';
import type { ShownTrust } from '../trust/shape.ts';
import { reportCsv } from './csv.ts';
import { reportMarkdown } from './markdown.ts';
import type { ReportFolder } from './report-folder.ts';
import type { QualityReport } from './report-shape.ts';
import { reportTables } from './report-tables.ts';

export const REPORT_FORMATS = ['json', 'markdown', 'csv', 'html'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const EXTENSIONS: Readonly<Record<ReportFormat, readonly string[]>> = {
  json: ['json'],
  markdown: ['md', 'markdown'],
  csv: ['csv'],
  html: ['html', 'htm'],
};

/** How and where a caller wants a report. */
export interface ReportRequest {
  readonly format?: ReportFormat | undefined;
  readonly output_file?: string | undefined;
  readonly overwrite: boolean;
}

export interface ReportTarget {
  readonly format: ReportFormat;
  /** Undefined: a name is made up. */
  readonly path: string | undefined;
  readonly extensions: readonly string[];
  /** @throws TestioError if no report can be written there */
  check(folder: ReportFolder | undefined): Promise<void>;
}

/**
 * Where the report is to go; undefined when it is only to be told.
 *
 * @throws TestioError `invalid_input` for a name whose ending says nothing, or something other than the format
 */
export function reportTarget({ format, output_file: path, overwrite }: ReportRequest): ReportTarget | undefined {
  if (path === undefined) return format === undefined ? undefined : target(format, undefined, overwrite);
  const [, extension = ''] = /\.([^.]+)$/.exec(path) ?? [];
  const meant = REPORT_FORMATS.find((name) => EXTENSIONS[name].includes(extension.toLowerCase()));
  if (meant !== undefined && (format ?? meant) === meant) return target(meant, path, overwrite);
  const wanted = format === undefined ? Object.values(EXTENSIONS).flat() : EXTENSIONS[format];
  throw invalidInput({
    field: 'output_file',
    received: path,
    problem: format === undefined ? 'does not end in a known format' : `does not end as ${format} does`,
    accepted: wanted.map((one) => `.${one}`),
  });
}

function target(format: ReportFormat, path: string | undefined, overwrite: boolean): ReportTarget {
  const extensions = EXTENSIONS[format];
  return {
    format,
    path,
    extensions,
    async check(folder) {
      if (folder === undefined) throw noFolder();
      if (path !== undefined) await folder.check({ path, extensions, overwrite });
    },
  };
}

/** Writes the whole report where it was asked for. */
export async function writeReport(
  { reports, clock }: OperationContext,
  request: ReportRequest,
  report: QualityReport & ShownTrust,
) {
  const goal = reportTarget(request);
  if (goal === undefined) return undefined;
  if (reports === undefined) throw noFolder();
  const path = goal.path ?? defaultName(report, clock.now(), goal.extensions[0] ?? goal.format);
  const content = await contentOf(goal.format, report);
  const written = await reports.write({ path, content, extensions: goal.extensions, overwrite: request.overwrite });
  return {
    uri: written.uri,
    path: written.path,
    format: goal.format,
    bytes: written.bytes,
  };
}

async function contentOf(format: ReportFormat, report: QualityReport & ShownTrust): Promise<string> {
  const tables = reportTables(report, report);
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'markdown':
      return reportMarkdown(report, report, tables);
    case 'csv':
      return reportCsv(tables);
    case 'html': {
      // Loaded here: its pictures need a library that nothing else needs.
      const { reportPage } = await import('./page.ts');
      return reportPage(report, report, tables);
    }
  }
}

/** Says what it is about and when it was made, so that a second one does not meet the first. */
function defaultName({ scope }: QualityReport, now: number, extension: string): string {
  const [product] = scope.products;
  const about =
    scope.products.length === 1 && product !== undefined
      ? `product-${product.id}`
      : `${scope.products.length}-products`;
  const time = (toIso(now) ?? '')
    .replace(/\.\d+Z$|Z$/, '')
    .replaceAll(':', '')
    .replace('T', '-');
  return `quality-report-${about}-${time}.${extension}`;
}

function noFolder(): TestioError {
  return new TestioError({
    kind: 'configuration',
    code: 'no_reports_folder',
    message: 'There is no folder to write reports to.',
    next: 'Set TESTIO_REPORTS_DIR, or ask for the report without format and output_file.',
  });
}
