import { TestioError } from '@testio-mcp/domain';
import { csvRecord } from '@testio-mcp/insights';
import { trust } from '../diagnostics.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { count } from '../numbers.ts';
import type { Output } from '../output.ts';
import type { Asked } from '../questions/add-questions.ts';
import { answerTable } from '../questions/answer-table.ts';
import { barredNumber } from '../questions/bars.ts';
import { csvCells } from '../questions/csv.ts';
import { withFlagNames } from '../questions/flag-names.ts';
import { openFile, withFile } from '../questions/open-file.ts';
import { pagesOf } from '../questions/pages.ts';
import { namesIn, type Row, type RowSource, rowsOf } from '../questions/row-source.ts';
import { joinTrust, type Trust, trustText } from '../questions/trust-text.ts';
import { withSession } from '../session.ts';

interface Page {
  readonly output: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Columns of a table that goes to no terminal. */
const WIDTH_ELSEWHERE = 120;

/**
 * Asks a question of the catalogue and shows the answer: rows as a table or as CSV, anything else as text, all of it as JSON.
 *
 * @returns `partial` when the answer names something that is missing, or when not all pages could be walked
 */
export async function ask(invocation: Invocation, asked: Asked): Promise<number> {
  const { question, csv, all } = asked;
  const input = asked.open ? withFile(asked.input) : asked.input;
  const { output } = invocation;
  if (csv && output.json) throw eitherOr('--csv', '--json');
  return withSession(invocation, { token: true, fills: false }, async ({ runtime, interruption }) => {
    const answer = (wanted: Readonly<Record<string, unknown>>): Promise<Page> =>
      runtime.call(question.operation, wanted, { signal: interruption.signal });
    try {
      const { rows } = question;
      if (rows === null) {
        const page = await answer(input);
        if (asked.open) await openFile(output, page.output);
        return showText(output, page);
      }
      const pages = pagesOf(answer, input, { all });
      return csv ? await showCsv(output, rows, pages) : showWhole(output, rows, await allOf(pages));
    } catch (thrown) {
      throw withFlagNames(thrown, question);
    }
  });
}

function showText(output: Output, page: Page): number {
  if (output.json) output.printJson(page.output);
  else output.print(page.text);
  return trust.parse(page.output).completeness.complete ? EXIT.done : EXIT.partial;
}

/** Prints each page as it comes, so that a long walk keeps none of them. */
async function showCsv(output: Output, source: RowSource, pages: AsyncIterable<Page>): Promise<number> {
  const shown: Page[] = [];
  let columns = source.columns;
  for await (const page of pages) {
    const rows = rowsOf(source, page.output);
    const isFirst = shown.length === 0;
    if (isFirst && columns.length === 0) columns = namesIn(rows);
    const lines = rows.map((row) => csvRecord(csvCells(row, columns)));
    if (isFirst) lines.unshift(csvRecord(columns));
    // RFC 4180 ends lines with CR LF; the LF of the last one is the output's.
    if (lines.length > 0) output.print(`${lines.join('\r\n')}\r`);
    shown.push({ ...page, output: { ...page.output, [source.member]: [] } });
  }
  return tell(output, shown);
}

async function allOf(pages: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** Prints all rows at once: columns are as wide as the widest of their cells. */
function showWhole(output: Output, source: RowSource, pages: readonly Page[]): number {
  const rows = pages.flatMap((page) => rowsOf(source, page.output));
  if (output.json) {
    output.printJson(pages.length === 1 ? pages[0]?.output : joined(source, pages, rows));
    return exitCodeOf(pages);
  }
  const width = process.stdout.columns ?? WIDTH_ELSEWHERE;
  // Rows that no schema describes are groups with their numbers.
  const isGrouping = source.members.length === 0;
  const { text, left } =
    rows.length === 0
      ? { text: null, left: [] }
      : answerTable(source, rows, width, isGrouping ? barredNumber(rows) : null);
  if (text !== null) output.print(text);
  const code = tell(output, pages);
  if (left.length > 0) output.note(`No room for: ${left.join(', ')}. --csv and --json have everything.`);
  return code;
}

/** The pages of a walk as one answer: the last page's, with all rows and the trust that all of them deserve. */
function joined(source: RowSource, pages: readonly Page[], rows: readonly Row[]): Page['output'] {
  return {
    ...pages.at(-1)?.output,
    [source.member]: rows,
    returned: rows.length,
    range: walkText(pages),
    ...trustOf(pages),
  };
}

/** Says on stderr what was shown of how much, how fresh it is and what is missing. */
function tell(output: Output, pages: readonly Page[]): number {
  const last = pages.at(-1);
  if (last === undefined) return EXIT.failed;
  const head = pages.length === 1 ? (last.text.split('\n', 1)[0] ?? '') : `All pages: ${walkText(pages)}.`;
  const said = saidBeside(last.output).filter((each) => each !== head);
  output.note([head, ...remainder(pages), ...said, trustText(trustOf(pages))].join('\n'));
  return exitCodeOf(pages);
}

function exitCodeOf(pages: readonly Page[]): number {
  return trustOf(pages).completeness.complete && !isCut(pages) ? EXIT.done : EXIT.partial;
}

function trustOf(pages: readonly Page[]): Trust {
  return joinTrust(pages.map((page) => trust.parse(page.output)));
}

function isCut(pages: readonly Page[]): boolean {
  return pages.length > 1 && nextCursor(pages) !== null;
}

function nextCursor(pages: readonly Page[]): string | null {
  const { next_cursor: cursor = null } = pages.at(-1)?.output ?? {};
  return typeof cursor === 'string' ? cursor : null;
}

function walkText(pages: readonly Page[]): string {
  const rows = pages.reduce((sum, page) => sum + Number(page.output.returned), 0);
  return `${count(rows)} of ${count(Number(pages.at(-1)?.output.total))} items`;
}

function remainder(pages: readonly Page[]): string[] {
  const cursor = nextCursor(pages);
  const { total_rows: all, returned } = pages.at(-1)?.output ?? {};
  if (isCut(pages)) return [`This is the most that --all fetches. Go on with --cursor ${cursor}`];
  if (cursor !== null) return [`More: --cursor ${cursor}, or --all.`];
  if (typeof all === 'number' && all > Number(returned))
    return [`${count(all - Number(returned))} more rows: --limit.`];
  return [];
}

/** What an answer says beside its rows. */
function saidBeside({ note, notes, explanation, watermark, customer }: Page['output']): string[] {
  const list = Array.isArray(notes) ? notes : [];
  const next = typeof watermark === 'string' ? `What comes after this: --since ${watermark}` : null;
  const whose = typeof customer === 'string' ? `Customer: ${customer}.` : null;
  return [whose, next, explanation, note, ...list].filter(
    (each): each is string => typeof each === 'string' && each !== '',
  );
}

function eitherOr(one: string, other: string): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'conflicting_option',
    message: `${one} cannot be used with ${other}.`,
    next: `Leave out ${one} or ${other}.`,
  });
}
