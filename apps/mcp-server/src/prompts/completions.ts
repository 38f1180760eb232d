import { periodAround, TEST_STATUSES, unitName } from '@testio-mcp/domain';
import { titleMatches } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import type { CompletedFrom } from './prompt.ts';

/** One more than the protocol lets a completion hold, so that it can say that there are more. */
const MOST = 101;
const RELATIVE_PERIODS = [
  'last 7 days',
  'last 30 days',
  'last 90 days',
  'this week',
  'last week',
  'this month',
  'last month',
  'this quarter',
  'last quarter',
  'this year',
  'last year',
  'ytd',
  'all',
];

type Source = Pick<Runtime, 'store' | 'config'>;

/** Values for an argument that begin with or contain what was typed. */
export async function completionsOf(runtime: Source, from: CompletedFrom, typed: string): Promise<string[]> {
  switch (from) {
    case 'products':
      return titles(runtime, 'product', typed);
    case 'tests':
      return titles(runtime, 'test', typed);
    case 'test_statuses':
      return lastOfList(typed, await statuses(runtime));
    case 'periods':
      return containing(typed, [...RELATIVE_PERIODS, ...(await quarters(runtime))]);
  }
}

/** Titles that name one thing, ids where several have the same title or none. */
async function titles(runtime: Pick<Runtime, 'store'>, kind: 'product' | 'test', typed: string): Promise<string[]> {
  const fitting = await titleMatches(runtime, kind, typed, MOST);
  const uses = new Map<string | null, number>();
  for (const { title } of fitting) uses.set(title, (uses.get(title) ?? 0) + 1);
  return fitting.map(({ id, title }) => (title === null || (uses.get(title) ?? 0) > 1 ? String(id) : title));
}

/** Statuses that tests in the store have, in the order of a test's life; all when there are no tests yet. */
async function statuses({ store }: Pick<Runtime, 'store'>): Promise<readonly string[]> {
  const rows = await store.read(({ db }) =>
    db.selectFrom('tests').select('status').distinct().where('deleted_at', 'is', null).execute(),
  );
  const used = new Set(rows.map(({ status }) => status));
  const known = TEST_STATUSES.filter((status) => used.has(status));
  return known.length === 0 ? TEST_STATUSES : known;
}

/** Quarters from the one in which a test ended last to the one in which one ended first, as periods are read here. */
async function quarters({ store, config }: Source): Promise<string[]> {
  const ends = await store.read(({ db }) =>
    db
      .selectFrom('tests')
      .select(({ fn }) => [fn.min('end_at').as('oldest'), fn.max('end_at').as('newest')])
      .where('deleted_at', 'is', null)
      .executeTakeFirst(),
  );
  if (ends?.oldest == null || ends.newest == null) return [];
  const settings = { timeZone: config.timeZone, fiscalYearStartMonth: config.fiscalYearStart };
  const names: string[] = [];
  for (let instant: number = ends.newest; names.length < MOST; ) {
    names.push(unitName(instant, 'quarter', settings));
    const { from } = periodAround(instant, 'quarter', settings);
    if (from === null || from <= ends.oldest) break;
    instant = from - 1;
  }
  return names;
}

function containing(typed: string, values: readonly string[]): string[] {
  const wanted = typed.trim().toLowerCase();
  const fitting = values.filter((value) => value.toLowerCase().includes(wanted));
  const begins = (value: string) => value.toLowerCase().startsWith(wanted);
  return [...fitting.filter(begins), ...fitting.filter((value) => !begins(value))];
}

/** Completes the last of several values with commas in between. */
function lastOfList(typed: string, values: readonly string[]): string[] {
  const [, before = '', last = ''] = /^(.*,)?(.*)$/s.exec(typed) ?? [];
  const given = before.split(',').map((word) => word.trim().toLowerCase());
  return containing(
    last,
    values.filter((value) => !given.includes(value)),
  ).map((value) => `${before}${value}`);
}
