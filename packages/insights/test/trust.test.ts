import type { ErrorReport } from '@testio-mcp/domain';
import {
  closeFailures,
  type FailureFacts,
  finishRun,
  finishTestList,
  recordFailure,
  recordOutcome,
  saveExecutions,
  saveProducts,
  saveTests,
  startRun,
} from '@testio-mcp/persistence';
import { describe, expect, test } from 'vitest';
import { bug, exploratoryTest, feature, product } from './support/entities.ts';
import { NOW, type Rig, rig } from './support/rig.ts';

const iso = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z');
const at = (step: number) => NOW + step * 60_000;

/** Two products with two tests each; every part is confirmed at an instant of its own, the newest last. */
async function stepByStep(): Promise<Rig> {
  const own = await rig();
  own.clock.set(at(1));
  await own.products(product({ id: 1, title: 'One' }), product({ id: 2, title: 'Two' }));
  own.clock.set(at(2));
  await own.features(1, { feature: feature({ id: 5 }), sectionIds: [] });
  await own.features(2);
  own.clock.set(at(3));
  await own.tests(1, exploratoryTest({ id: 10, status: 'running' }), exploratoryTest({ id: 11, status: 'archived' }));
  own.clock.set(at(4));
  await own.tests(2, exploratoryTest({ id: 20, status: 'locked' }), exploratoryTest({ id: 21, status: 'cancelled' }));
  own.clock.set(at(5));
  await own.bugs([10, 11, 20, 21], bug({ id: 1, testId: 10 }));
  own.clock.set(at(1000));
  return own;
}

const asOf = async (own: Rig, name: string, input: object = {}) => (await own.ask(name, input)).as_of as string | null;

describe('as_of', () => {
  test('is null while nothing was ever confirmed', async () => {
    const own = await rig();
    expect(await asOf(own, 'get_server_diagnostics')).toBeNull();
  });

  test('is the oldest stamp of what the answer rests on, never the clock', async () => {
    const own = await stepByStep();
    expect(await asOf(own, 'list_products')).toBe(iso(at(1)));
    expect(await asOf(own, 'get_product_summary', { product_id: 1 })).toBe(iso(at(1)));
    // Metadata and features say nothing about tests and bugs; the list of products does, where all of them are meant.
    expect(await asOf(own, 'list_tests')).toBe(iso(at(1)));
    expect(await asOf(own, 'list_tests', { product_id: 1 })).toBe(iso(at(3)));
    expect(await asOf(own, 'list_tests', { product_id: 2, include_bug_counts: true })).toBe(iso(at(4)));
    expect(await asOf(own, 'list_bugs', { product_id: 2 })).toBe(iso(at(4)));
    expect(await asOf(own, 'list_bugs', { test_ids: [10] })).toBe(iso(at(5)));
    expect(await asOf(own, 'get_server_diagnostics')).toBe(iso(at(1)));
  });

  test('moves when the oldest part is confirmed again, though nothing changed', async () => {
    const own = await stepByStep();
    await own.tests(1, exploratoryTest({ id: 10, status: 'running' }), exploratoryTest({ id: 11, status: 'archived' }));
    expect(await asOf(own, 'list_tests', { product_id: 1 })).toBe(iso(at(1000)));
    expect(await asOf(own, 'list_bugs', { product_id: 1 })).toBe(iso(at(5)));
  });

  test('counts final tests as confirmed by the reconciliation of their product', async () => {
    const own = await stepByStep();
    // The list was walked to its end, but only the running test was read again.
    await own.write(async (scope) => {
      await saveTests(scope, 1, [exploratoryTest({ id: 10, status: 'running' })]);
      await finishTestList(scope, 1, { seenTestIds: [10, 11], failedPositions: 0 });
    });
    expect(await asOf(own, 'list_tests', { product_id: 1 })).toBe(iso(at(1000)));
    expect(await asOf(own, 'list_bugs', { test_ids: [11] })).toBe(iso(at(1000)));
    expect(await asOf(own, 'list_bugs', { test_ids: [10] })).toBe(iso(at(5)));
    // A locked test may still change, so its own stamp counts.
    await own.write((scope) => finishTestList(scope, 2, { seenTestIds: [20, 21], failedPositions: 0 }));
    expect(await asOf(own, 'list_tests', { product_id: 2 })).toBe(iso(at(4)));
    expect(await asOf(own, 'get_test_summary', { test_id: 21 })).toBe(iso(at(1000)));
    expect(await asOf(own, 'get_test_summary', { test_id: 20 })).toBe(iso(at(4)));
  });

  test('is not moved by a reconciliation where a part was read before the test ended', async () => {
    const own = await stepByStep();
    const archived = exploratoryTest({ id: 10, status: 'archived' });
    own.clock.set(at(6));
    await own.details(1, exploratoryTest({ id: 10, status: 'running' }));
    await own.write((scope) => saveExecutions(scope, 10, []));
    own.clock.set(at(7));
    await own.write((scope) => saveTests(scope, 1, [archived]));
    own.clock.set(at(8));
    await own.details(1, archived);
    await own.bugs([10]);
    own.clock.set(at(1000));
    await own.write((scope) => finishTestList(scope, 1, { seenTestIds: [10, 11], failedPositions: 0 }));
    expect(await asOf(own, 'get_test_summary', { test_id: 10 })).toBe(iso(at(6)));
    await own.write((scope) => saveExecutions(scope, 10, []));
    expect(await asOf(own, 'get_test_summary', { test_id: 10 })).toBe(iso(at(1000)));
  });

  test('rests on the details of a test where they were read', async () => {
    const own = await stepByStep();
    own.clock.set(at(6));
    await own.details(1, exploratoryTest({ id: 10, status: 'running' }));
    expect(await asOf(own, 'get_test_summary', { test_id: 10 })).toBe(iso(at(5)));
    own.clock.set(at(7));
    await own.bugs([10]);
    expect(await asOf(own, 'get_test_summary', { test_id: 10 })).toBe(iso(at(6)));
  });

  test('does not mind what is deleted', async () => {
    const own = await stepByStep();
    await own.tests(1, exploratoryTest({ id: 10, status: 'running' }));
    await own.bugs([10]);
    expect(await asOf(own, 'list_bugs', { product_id: 1 })).toBe(iso(at(1000)));
  });
});

const completeness = async (own: Rig, name: string, input: object = {}) => (await own.ask(name, input)).completeness;
const whats = async (own: Rig, name: string, input: object = {}) =>
  (await completeness(own, name, input)).missing.map(({ what }: { what: string }) => what);

const position: FailureFacts = {
  kind: 'test_position',
  productId: 1,
  testId: null,
  position: 3,
  beforeTestId: 10,
  beforeEndAt: null,
  afterTestId: 11,
  afterEndAt: null,
  code: 'api_failed',
  message: 'Position 3 of the test list could not be read.',
  upstreamStatus: 500,
};
const ofTest = (kind: string, testId: number, message: string): FailureFacts => ({
  ...position,
  kind,
  testId,
  position: null,
  beforeTestId: null,
  afterTestId: null,
  message,
});
const error = (message: string): ErrorReport => ({ code: 'api_down', kind: 'network', message, retryable: true });

describe('an empty list', () => {
  const text = async (own: Rig, name: string, input: object = {}) => (await own.call(name, input)).text;

  test('of what was never read is not called empty, and has no as_of', async () => {
    const own = await rig();
    await own.products(product({ id: 1, title: 'One' }), product({ id: 2, title: 'Two' }));
    for (const input of [{}, { statuses: 'running' }, { product_id: 1 }]) {
      const answer = await own.ask('list_tests', input);
      expect(answer).toMatchObject({ total: 0, as_of: null, completeness: { complete: false } });
      expect(await text(own, 'list_tests', input)).toMatch(/^Tests( of One \(1\))?: nothing is known yet/);
    }
    expect(await text(own, 'list_features')).toMatch(/^Features: nothing is known yet/);
    expect(await text(own, 'list_bugs')).toMatch(/^Bugs: nothing is known yet/);
    expect(await asOf(own, 'list_products')).toBe(iso(NOW));
  });

  test('of which a part was never read says so first', async () => {
    const own = await rig();
    await own.products(product({ id: 1 }), product({ id: 2 }));
    await own.tests(1);
    expect(await text(own, 'list_tests')).toMatch(/^Tests: none is known, but not all was read/);
    expect(await text(own, 'list_tests', { product_id: 1 })).toMatch(/^Tests of .*: no items of 0\./);
    expect(await asOf(own, 'list_tests', { product_id: 2 })).toBeNull();
  });

  test('of bugs of which none was loaded is not known', async () => {
    const own = await rig();
    await own.products(product({ id: 1 }));
    await own.tests(1, exploratoryTest({ id: 10 }));
    const answer = await own.ask('list_bugs', { product_id: 1 });
    expect(answer).toMatchObject({ total: 0, as_of: null });
    await own.write((scope) => recordFailure(scope, 'bugs', ofTest('bugs', 10, 'Garbage.')));
    expect(await asOf(own, 'list_bugs', { product_id: 1 })).toBeNull();
    expect(await asOf(own, 'list_tests', { product_id: 1, include_bug_counts: true })).toBe(iso(NOW));
  });
});

describe('completeness', () => {
  test('is complete when everything was read', async () => {
    const own = await stepByStep();
    for (const [name, input] of [
      ['list_products', {}],
      ['list_tests', { include_bug_counts: true }],
      ['list_bugs', {}],
      ['get_product_summary', { product_id: 1 }],
      ['get_server_diagnostics', {}],
    ] as const) {
      expect(await completeness(own, name, input), name).toEqual({ complete: true, missing: [] });
    }
  });

  test('of an empty store says that everything is missing and what to do', async () => {
    const own = await rig();
    const { complete, missing } = await completeness(own, 'get_server_diagnostics');
    expect(complete).toBe(false);
    expect(missing).toEqual([{ what: 'everything', count: null, why: expect.stringContaining('testio-mcp sync') }]);
  });

  test('of an empty store is an error wherever a total of 0 or a thing not found would be a lie', async () => {
    const own = await rig();
    for (const [name, input] of [
      ['list_products', {}],
      ['list_tests', { statuses: 'running' }],
      ['list_bugs', {}],
      ['search', { query: 'anything' }],
      ['get_product_summary', { product_id: 1 }],
      ['get_test_summary', { test_id: 'some title' }],
    ] as const) {
      await expect(own.ask(name, input), name).rejects.toMatchObject({ code: 'store_never_synced', retryable: true });
    }
    await expect(own.ask('list_tests', { statuses: 'sleeping' })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('of an account without products is complete', async () => {
    const own = await rig();
    await own.products();
    expect(await completeness(own, 'list_products')).toEqual({ complete: true, missing: [] });
    expect(await asOf(own, 'list_products')).toBe(iso(NOW));
  });

  test('names positions that could not be read, where tests are asked for', async () => {
    const own = await stepByStep();
    await own.write(async (scope) => {
      await recordFailure(scope, 'one', position);
      await recordFailure(scope, 'two', { ...position, position: 4, message: 'Position 4 too.' });
      await recordFailure(scope, 'other', { ...position, code: 'api_unreadable_answer', message: 'Garbage.' });
    });
    const since = 'First met 2026-03-18T04:40:00Z.';
    const firstTwo = `One (1): Tests no. 4, 5 of its list, newest end first, such as: ${position.message} ${since}`;
    expect((await completeness(own, 'list_tests', { product_id: 1 })).missing).toEqual([
      { what: 'tests', count: 2, why: firstTwo },
      { what: 'tests', count: 1, why: `One (1): Garbage. ${since}` },
    ]);
    expect(await whats(own, 'list_products')).toEqual(['tests', 'tests']);
    expect(await whats(own, 'list_tests', { product_id: 2 })).toEqual([]);
    expect(await whats(own, 'list_bugs', { test_ids: [10] })).toEqual([]);
    await own.write((scope) => closeFailures(scope, { productId: 1, kinds: ['test_position'] }));
    expect(await whats(own, 'list_tests')).toEqual([]);
  });

  test('names failures product by product, with few of their places, however many there are', async () => {
    const own = await rig();
    const ids = Array.from({ length: 12 }, (_, index) => index + 1);
    await own.products(...ids.map((id) => product({ id, title: `App ${id}` })));
    for (const id of ids) await own.tests(id);
    await own.write(async (scope) => {
      for (const id of ids) {
        for (let nth = 0; nth < 13 - id; nth += 1) {
          await recordFailure(scope, `${id}/${nth}`, { ...position, productId: id, position: nth });
        }
      }
    });
    const { missing } = await completeness(own, 'list_tests');
    expect(missing).toHaveLength(9);
    expect(missing[0]).toMatchObject({ count: 12, why: expect.stringContaining('App 1 (1): Tests no. 1, 2, 3, 4, 5') });
    expect(missing[0].why).toContain('10 and 2 more of its list');
    expect(missing[8]).toEqual({ what: 'tests', count: 10, why: expect.stringContaining('4 more products') });
    expect(missing.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(78);
    expect(JSON.stringify(missing).length).toBeLessThan(3_000);
  });

  test('counts no tests where a list, or a stretch of one, did not come', async () => {
    const own = await stepByStep();
    await own.write((scope) => recordFailure(scope, 'one', { ...position, productId: 1, position: 3 }));
    const counts = async () =>
      (await completeness(own, 'list_tests')).missing.map((one: { count: unknown }) => one.count);
    expect(await counts()).toEqual([1]);
    await own.write((scope) => recordFailure(scope, 'rest', { ...position, productId: 1, position: null }));
    expect(await counts()).toEqual([null]);
  });

  test('names products that the last sync did not come to because of an error, not those of a cancelled one', async () => {
    const own = await stepByStep();
    const ended = (report: ReturnType<typeof error>) =>
      own.write(async (scope) => {
        const id = await startRun(scope, { mode: 'full', trigger: 'test', productIds: null });
        const outcome = { phase: 'tests', items: 0, rowsWritten: 0 };
        await recordOutcome(scope, id, { ...outcome, productId: 1, status: 'completed' });
        await recordOutcome(scope, id, { ...outcome, productId: 2, status: 'skipped', error: report });
        await finishRun(scope, id, { status: 'partial', requests: 3, rowsWritten: 0, error: report });
      });
    await ended(error('Twelve questions in a row failed.'));
    const why = expect.stringMatching(/tests of .*\(2\)\. Twelve questions/);
    expect((await completeness(own, 'list_tests')).missing).toEqual([{ what: 'products', count: 1, why }]);
    expect(await whats(own, 'list_tests', { product_id: 1 })).toEqual([]);
    await ended({ ...error('Cancelled.'), kind: 'cancelled' });
    expect(await whats(own, 'list_tests')).toEqual([]);
  });

  test('names bugs that failed with their reason, and those never loaded apart from them', async () => {
    const own = await rig();
    await own.products(product({ id: 1 }));
    await own.tests(1, ...[10, 11, 12].map((id) => exploratoryTest({ id })));
    await own.write((scope) =>
      recordFailure(scope, 'bugs', ofTest('bugs', 11, 'The bugs of test 11 came as garbage.')),
    );
    const missing = [
      { what: 'bugs_of_tests', count: 2, why: expect.stringContaining('never loaded') },
      {
        what: 'bugs_of_tests',
        count: 1,
        why: 'Product 1 (1): The bugs of test 11 came as garbage. First met 2026-03-17T12:00:00Z.',
      },
    ];
    expect((await completeness(own, 'list_bugs')).missing).toEqual(missing);
    expect((await completeness(own, 'list_bugs', { test_ids: [11] })).missing).toEqual(missing.slice(1));
    expect((await completeness(own, 'list_bugs', { test_ids: [12] })).missing).toEqual([{ ...missing[0], count: 1 }]);
    expect(await whats(own, 'list_tests')).toEqual([]);
    expect(await whats(own, 'list_tests', { include_bug_counts: true })).toEqual(['bugs_of_tests', 'bugs_of_tests']);
  });

  test('names details that failed only where details are asked for', async () => {
    const own = await stepByStep();
    await own.details(1, exploratoryTest({ id: 10 }));
    await own.write((scope) => recordFailure(scope, 'd', ofTest('executions', 10, 'No executions.')));
    expect(await whats(own, 'get_test_summary', { test_id: 10 })).toEqual(['executions']);
    expect(await whats(own, 'get_test_summary', { test_id: 11 })).toEqual(['test_details', 'executions']);
    expect(await whats(own, 'get_product_summary', { product_id: 1 })).toEqual([]);
  });

  test('names parts of products that were never read', async () => {
    const own = await rig();
    await own.write((scope) => saveProducts(scope, [product({ id: 1 }), product({ id: 2 })], { complete: true }));
    await own.tests(2);
    expect((await completeness(own, 'list_products')).missing).toEqual([
      { what: 'features_of_products', count: 2, why: expect.any(String) },
      { what: 'tests_of_products', count: 1, why: expect.any(String) },
    ]);
    expect(await whats(own, 'list_tests')).toEqual(['tests_of_products']);
    expect(await whats(own, 'list_tests', { product_id: 2 })).toEqual([]);
  });

  test('names products whose last sync failed, until a sync succeeds', async () => {
    const own = await stepByStep();
    const run = await own.write(async (scope) => {
      const id = await startRun(scope, { mode: 'full', trigger: 'test', productIds: null });
      const outcome = { items: 0, rowsWritten: 0 };
      await recordOutcome(scope, id, {
        ...outcome,
        productId: 1,
        phase: 'tests',
        status: 'failed',
        error: error('Down.'),
      });
      await recordOutcome(scope, id, { ...outcome, productId: 2, phase: 'tests', status: 'completed' });
      await recordOutcome(scope, id, {
        ...outcome,
        productId: 1,
        phase: 'features',
        status: 'failed',
        error: error('Gone.'),
      });
      await finishRun(scope, id, { status: 'partial', requests: 3, rowsWritten: 0 });
      return id;
    });
    const tests = { what: 'products', count: 1, why: 'The last sync could not read the tests of One (1). Down.' };
    const features = { what: 'products', count: 1, why: 'The last sync could not read the features of One (1). Gone.' };
    expect((await completeness(own, 'list_tests')).missing).toEqual([tests]);
    expect((await completeness(own, 'get_product_summary', { product_id: 1 })).missing).toEqual([features, tests]);
    expect(await whats(own, 'list_tests', { product_id: 2 })).toEqual([]);
    // A newer run of the other product does not mend this one; a newer run of this one does.
    const again = (productId: number) =>
      own.write(async (scope) => {
        const id = await startRun(scope, { mode: 'full', trigger: 'test', productIds: [productId] });
        await recordOutcome(scope, id, { productId, phase: 'tests', status: 'completed', items: 2, rowsWritten: 0 });
        await finishRun(scope, id, { status: 'completed', requests: 3, rowsWritten: 0 });
        return id;
      });
    expect(await again(2)).toBeGreaterThan(run);
    expect((await completeness(own, 'list_tests')).missing).toEqual([tests]);
    await again(1);
    expect(await whats(own, 'list_tests')).toEqual([]);
  });

  test('tells that the last sync failed as a whole, once, and only to those it was for', async () => {
    const own = await stepByStep();
    const fail = (productIds: number[] | null) =>
      own.write(async (scope) => {
        const id = await startRun(scope, { mode: 'full', trigger: 'test', productIds });
        const outcome = { items: 0, rowsWritten: 0, error: error('No network.') };
        await recordOutcome(scope, id, { ...outcome, productId: null, phase: 'products', status: 'failed' });
        await finishRun(scope, id, { status: 'failed', requests: 4, rowsWritten: 0, error: error('No network.') });
      });
    await fail([2]);
    const missing = [{ what: 'sync', count: null, why: 'The last sync failed. No network.' }];
    expect((await completeness(own, 'list_tests', { product_id: 2 })).missing).toEqual(missing);
    expect((await completeness(own, 'list_products')).missing).toEqual(missing);
    await fail(null);
    const answer = await own.ask('list_tests', { product_id: 1 });
    expect(answer.completeness.missing).toEqual(missing);
    expect(answer.as_of).toBe(iso(at(3)));
    expect(answer.total).toBe(2);
    await own.write(async (scope) => {
      const id = await startRun(scope, { mode: 'full', trigger: 'test', productIds: null });
      await recordOutcome(scope, id, {
        productId: null,
        phase: 'products',
        status: 'completed',
        items: 2,
        rowsWritten: 0,
      });
      await finishRun(scope, id, { status: 'completed', requests: 4, rowsWritten: 0 });
    });
    expect(await whats(own, 'list_tests')).toEqual([]);
  });

  test('tells that reasons for rejection could not be read, where they are shown', async () => {
    const own = await stepByStep();
    await own.write(async (scope) => {
      const id = await startRun(scope, { mode: 'full', trigger: 'test', productIds: null });
      const outcome = { productId: null, items: 0, rowsWritten: 0 };
      await recordOutcome(scope, id, { ...outcome, phase: 'reject_reasons', status: 'failed', error: error('No.') });
      await finishRun(scope, id, { status: 'partial', requests: 4, rowsWritten: 0 });
    });
    expect((await completeness(own, 'list_bugs')).missing).toEqual([
      { what: 'rejection_reasons', count: null, why: 'The last sync could not read the reasons for rejection. No.' },
    ]);
    expect(await whats(own, 'list_tests')).toEqual([]);
  });
});
