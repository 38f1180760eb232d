import { TestioError } from '@testio-mcp/domain';

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  md: 'text/markdown',
  markdown: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  htm: 'text/html',
};

/** The media type of a written report, by the end of its name. */
export function reportTypeOf(id: string): string {
  const [, extension = ''] = /\.([^.]+)$/.exec(id) ?? [];
  return TYPES[extension.toLowerCase()] ?? 'text/plain';
}

/** Says that there is no such report. */
export function reportNotFound(id: string): TestioError {
  return new TestioError({
    kind: 'not_found',
    code: 'report_not_found',
    message: `There is no report ${JSON.stringify(id.slice(0, 200))}.`,
    next: 'Write one with generate_quality_report and format; its answer names the address.',
    field: 'id',
    received: id.slice(0, 200),
  });
}
