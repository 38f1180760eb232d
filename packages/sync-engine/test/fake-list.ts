import { TestioError } from '@testio-mcp/domain';
import type { ListedTest } from '../src/test-list.ts';

export function apiTrouble(status: number): TestioError {
  return new TestioError({
    kind: status === 401 ? 'authentication' : status === 404 ? 'not_found' : 'upstream',
    code: status === 401 ? 'api_unauthorized' : status === 404 ? 'api_not_found' : 'api_server_error',
    message: `answered ${status}`,
    upstreamStatus: status,
  });
}

/** A test list that lives in memory: `end_at` descending, ids that say nothing about the order. */
export function listOf(length: number): ListedTest[] {
  return Array.from({ length }, (_, index) => ({ id: 1_000 + ((index * 7_919) % 10_007), endAt: 1_000_000 - index }));
}

export interface FakeList {
  readonly tests: readonly ListedTest[];
  /** Positions that break every page holding them. */
  readonly poisoned?: ReadonlySet<number>;
  /** Answers instead of the list where it returns something. */
  readonly fault?: (page: number, perPage: number) => TestioError | null;
  /** Sends everything whatever page is asked for, as the staging host does. */
  readonly ignoresPaging?: boolean;
}

export interface Asked {
  readonly page: number;
  readonly perPage: number;
}

/** Reads pages of the list as the API would, and remembers what it was asked. */
export function readerOf(list: FakeList) {
  const asked: Asked[] = [];
  async function readPage(page: number, perPage: number): Promise<readonly ListedTest[]> {
    asked.push({ page, perPage });
    await Promise.resolve();
    const fault = list.fault?.(page, perPage) ?? null;
    if (fault !== null) throw fault;
    const from = list.ignoresPaging === true ? 0 : (page - 1) * perPage;
    const to = list.ignoresPaging === true ? list.tests.length : from + perPage;
    for (const position of list.poisoned ?? []) if (position >= from && position < to) throw apiTrouble(500);
    return list.tests.slice(from, to);
  }
  return { readPage, asked };
}
