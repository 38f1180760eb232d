import { nounFor, type Period, TestioError } from '@testio-mcp/domain';
import type { KnownList, WholeReason } from './known-list.ts';
import { type LookBackPlan, planLookBack } from './look-back.ts';
import { narrowPage } from './narrow-page.ts';
import { PAGE_ATTEMPTS, PAGE_SIZE } from './page-window.ts';
import type { SyncMode } from './run-record.ts';

/** What reading a product's test list would take. */
export interface PlannedList {
  readonly requests: number;
  readonly singles: ReadonlySet<number>;
  readonly why: string[];
}

const WHOLE_WORDS: Readonly<Record<WholeReason, string>> = {
  never_read: 'the list was never read to its end',
  not_read_to_its_end: 'the last reading did not come to the end of the list',
  a_day_old: 'the whole list was last read a day ago or longer',
};

/** Plans the reading of a list by what is known of it, as if nothing had changed. */
export async function planList(known: KnownList, mode: SyncMode, period: Period | null): Promise<PlannedList> {
  const all = Math.ceil((known.tests.size + known.failures.length) / PAGE_SIZE) + 1;
  const none: ReadonlySet<number> = new Set();
  if (period !== null) {
    const from = period.from ?? Number.NEGATIVE_INFINITY;
    const later = [...known.tests.values()].filter((test) => test.endAt === null || test.endAt >= from).length;
    const pages = later === known.tests.size ? all : Math.floor(later / PAGE_SIZE) + 1;
    const parts = await planParts(known, pages, PAGE_ATTEMPTS);
    const why = [`${counted(pages, 'page')}, down to the beginning of the period`, ...partWords(parts)];
    return { requests: pages + parts, singles: none, why };
  }
  if (mode === 'full' || known.wholeBecause !== null) {
    const isFull = mode === 'full' || known.wholeBecause === null;
    const parts = await planParts(known, all, isFull ? PAGE_ATTEMPTS : 1);
    const because = isFull ? 'the sync is a full one' : WHOLE_WORDS[known.wholeBecause];
    return { requests: all + parts, singles: none, why: [`all ${all} pages: ${because}`, ...partWords(parts)] };
  }
  const plan = planLookBack(known, headOf(known));
  const { pages, singles, probes } = plan;
  const parts = await planParts(known, known.headPages, 1);
  return {
    requests: known.headPages + parts + pages.length + singles.length + probes.length,
    singles: new Set(singles),
    why: [
      `${known.headPages} first pages, down to two that hold only known final tests, or the end`,
      ...partWords(parts),
      ...lookBackWords(plan),
    ],
  };
}

/** Requests beside those for the first so many pages, because some of them hold positions that could not be read last time. */
async function planParts(known: KnownList, pages: number, attempts: number): Promise<number> {
  const failing = new Set(known.failures.map((one) => one.position).filter((position) => position !== null));
  const ill = [...new Set([...failing].map((position) => Math.floor(position / PAGE_SIZE) + 1))];
  const parts = ill.filter((page) => page <= pages).map((page) => narrowingRequests(page, failing));
  return (await Promise.all(parts)).reduce((sum, requests) => sum + attempts - 1 + requests, 0);
}

function partWords(requests: number): string[] {
  return requests === 0
    ? []
    : [`${counted(requests, 'more request')} around positions that could not be read last time`];
}

/** The first pages as they come if nothing has changed. */
function headOf(known: KnownList): Parameters<typeof planLookBack>[1] {
  const end = known.headPages * PAGE_SIZE;
  const seen = [...known.positions].filter(([, position]) => position < end).map(([id]) => id);
  const met = known.failures.filter((one) => (one.position ?? 0) < end).map((one) => one.key);
  return { seenTestIds: new Set(seen), pages: known.headPages, newTests: 0, failureKeys: new Set(met) };
}

function lookBackWords({ pages, singles, probes }: LookBackPlan): string[] {
  const words: [number, string, string][] = [
    [pages.length, 'page', 'further down with several tests that can still change'],
    [singles.length, 'test', 'further down whose status can still change, read by itself'],
    [probes.length, 'position', 'not read last time'],
  ];
  return words.filter(([count]) => count > 0).map(([count, noun, what]) => `${counted(count, noun)} ${what}`);
}

/**
 * Requests that it takes to read a page in parts, if the same positions fail as last time and nothing else does; the request
 * for the page itself is not counted.
 *
 * @param page from 1
 * @param failing positions of the list, from 0
 */
async function narrowingRequests(page: number, failing: ReadonlySet<number>): Promise<number> {
  let requests = 0;
  await narrowPage((page - 1) * PAGE_SIZE, PAGE_SIZE, unreadable(), async (at, perPage) => {
    requests += 1;
    const positions = Array.from({ length: perPage }, (_, index) => (at - 1) * perPage + index);
    if (positions.some((position) => failing.has(position))) throw unreadable();
    return positions;
  });
  return requests;
}

function unreadable(): TestioError {
  const message = 'The API could not deliver it.';
  return new TestioError({ kind: 'upstream', code: 'api_server_error', message, upstreamStatus: 500 });
}

/** A count with its noun, in the plural where it takes one. */
export function counted(count: number, noun: string): string {
  return `${count} ${nounFor(count, noun)}`;
}
