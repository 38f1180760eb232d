import { closeFailures, type FailureFacts, failureKey, recordFailure } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { exploratoryTest, product } from './support/entities.ts';
import { DAY, HOUR, NOW, type Rig, rig } from './support/rig.ts';

const NOWHERE = { testId: null, position: null, beforeTestId: null, beforeEndAt: null };
const PLAIN: Omit<FailureFacts, 'kind' | 'productId'> = {
  ...NOWHERE,
  ...{ afterTestId: null, afterEndAt: null, code: 'api_error', message: 'The API answered 500.', upstreamStatus: 500 },
};

async function meet(own: Rig, facts: Partial<FailureFacts> & Pick<FailureFacts, 'kind' | 'productId'>, at: number) {
  own.clock.set(at);
  await own.write((scope) => recordFailure(scope, failureKey({ ...PLAIN, ...facts }), { ...PLAIN, ...facts }));
  own.clock.set(NOW);
}

/** A position of the shop between two tests, met twice; bugs of a test of the bank; the features of both, read since. */
async function troubled(): Promise<Rig> {
  const own = await rig();
  await own.products(product({ id: 1, title: 'Shop' }), product({ id: 2, title: 'Bank' }));
  await own.tests(1, exploratoryTest({ id: 12, title: 'Late' }), exploratoryTest({ id: 10, title: 'Early' }));
  await own.tests(2, exploratoryTest({ id: 20, title: 'Transfers' }));
  const position = {
    ...{ kind: 'test_position', productId: 1, position: 1, beforeTestId: 12, beforeEndAt: NOW - DAY },
    ...{ afterTestId: 10, afterEndAt: NOW - 2 * DAY },
  };
  await meet(own, position, NOW - 3 * HOUR);
  await meet(own, { kind: 'bugs', productId: 2, testId: 20, message: 'Bugs could not be read.' }, NOW - 2 * HOUR);
  await meet(own, { kind: 'features', productId: 1 }, NOW - 90 * 60_000);
  await own.write((scope) => closeFailures(scope, { productId: 1, kinds: ['features'] }));
  await meet(own, position, NOW - HOUR);
  return own;
}

const idsOf = (answer: { failures: { id: number }[] }) => answer.failures.map(({ id }) => id);

test('tells what could not be read, where, since when, how often and why, the latest first', async () => {
  const own = await troubled();
  const answer = await own.ask('get_problematic_tests');
  expect(answer.failures).toEqual([
    {
      id: 1,
      kind: 'test_position',
      product: { id: 1, title: 'Shop' },
      position: 1,
      before: { id: 12, title: 'Late', end_at: '2026-03-16T12:00:00Z' },
      after: { id: 10, title: 'Early', end_at: '2026-03-15T12:00:00Z' },
      code: 'api_error',
      reason: 'The API answered 500.',
      first_seen_at: '2026-03-17T09:00:00Z',
      last_seen_at: '2026-03-17T11:00:00Z',
      occurrences: 2,
    },
    {
      id: 2,
      kind: 'bugs',
      product: { id: 2, title: 'Bank' },
      test: { id: 20, title: 'Transfers' },
      code: 'api_error',
      reason: 'Bugs could not be read.',
      first_seen_at: '2026-03-17T10:00:00Z',
      last_seen_at: '2026-03-17T10:00:00Z',
      occurrences: 1,
    },
  ]);
  expect(answer).toMatchObject({ total: 2, returned: 2, next_cursor: null, filters: {} });
  expect(answer.completeness.missing).toContainEqual({
    what: 'tests',
    count: 1,
    why: 'Shop (1): The API answered 500. First met 2026-03-17T09:00:00Z.',
  });
  const { text } = await own.call('get_problematic_tests');
  expect(text).toContain('1 | Shop (1) | test position | no. 2 of the test list | 2 | 2026-03-17T09:00:00Z | open');
});

test('those that were read since are told on request, with the time', async () => {
  const own = await troubled();
  const { failures, filters } = await own.ask('get_problematic_tests', { include_closed: true });
  expect(failures.map(({ id, closed_at }: { id: number; closed_at?: string }) => [id, closed_at])).toEqual([
    [1, undefined],
    [3, '2026-03-17T12:00:00Z'],
    [2, undefined],
  ]);
  expect(filters).toEqual({ include_closed: true });
});

test('one product is told by id or title, and a product nobody knows is refused', async () => {
  const own = await troubled();
  const bank = await own.ask('get_problematic_tests', { product_id: 'bank' });
  expect(idsOf(bank)).toEqual([2]);
  expect(bank.filters).toEqual({ product: { id: 2, title: 'Bank' } });
  expect((await own.refuse('get_problematic_tests', { product_id: 3 })).code).toBe('product_not_found');
});

test('is read page by page, each record once', async () => {
  const own = await troubled();
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const input = { per_page: 1, include_closed: true, ...(cursor === undefined ? {} : { cursor }) };
    const page: { failures: { id: number }[]; next_cursor: string | null } = await own.ask(
      'get_problematic_tests',
      input,
    );
    seen.push(...idsOf(page));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual([1, 3, 2]);
});

test('a record keeps its id when it is met again after it was closed', async () => {
  const own = await troubled();
  await meet(own, { kind: 'features', productId: 1 }, NOW + HOUR);
  const [latest] = (await own.ask('get_problematic_tests')).failures;
  expect(latest).toMatchObject({ id: 3, kind: 'features', occurrences: 2, product: { id: 1, title: 'Shop' } });
  expect(latest.closed_at).toBeUndefined();
});

test('why nothing could be synced is told before anything was synced', async () => {
  const own = await rig();
  await meet(own, { kind: 'products', productId: null, message: 'The product list could not be read.' }, NOW);
  const { failures, as_of, completeness } = await own.ask('get_problematic_tests');
  expect(failures).toMatchObject([{ kind: 'products', reason: 'The product list could not be read.' }]);
  expect(as_of).toBeNull();
  expect(completeness.missing[0].what).toBe('everything');
});
