import { env } from 'node:process';
import { listOpenFailures } from '@testio-mcp/persistence';
import type { Sandbox } from '@testio-mcp/sandbox';
import { expect, test } from 'vitest';
import { clientOf, emptyStore, idsIn, rigOn, sandboxOf } from '../harness.ts';

const TESTS = 200;
const DAY = 86_400_000;
/** Of every so many positions one is tried, and those at the ends of pages; 1 for all. */
const EVERY = Number(env.POSITIONS_EVERY ?? 25);
const PAGE = 25;

/** Adds so many tests that ended one after the other, a day apart, and answers with their ids in the order of the list. */
function addTests(sandbox: Sandbox, productId: number, count: number): readonly number[] {
  const now = Date.parse(sandbox.now);
  return sandbox.edit(
    Array.from({ length: count }, (_, index) => ({
      op: 'add',
      kind: 'test',
      parent: productId,
      set: { status: 'archived', end_at: new Date(now - (index + 1) * DAY).toISOString() },
    })),
  );
}

/** A sandbox with one product, which has no other tests than these. */
async function productOf(count: number): Promise<{ sandbox: Sandbox; testIds: readonly number[] }> {
  const sandbox = await sandboxOf();
  const others = sandbox.state().ids.products;
  const [productId = 0] = sandbox.edit([{ op: 'add', kind: 'product', set: { name: 'Long' } }]);
  sandbox.edit(others.map((id) => ({ op: 'delete', kind: 'product', id })));
  return { sandbox, testIds: addTests(sandbox, productId, count) };
}

test(`an unreadable test anywhere among ${TESTS} costs that one, and is read once it can be`, {
  timeout: 600_000,
}, async () => {
  const { sandbox, testIds } = await productOf(TESTS);
  const api = clientOf(sandbox);
  const isEdge = (position: number) => EVERY === 1 || [0, PAGE - 1, PAGE, TESTS - 1].includes(position);
  const positions = [...testIds.keys()].filter((position) => position % EVERY === 7 % EVERY || isEdge(position));
  let most = 0;
  for (const position of positions) {
    const [id = 0] = sandbox.edit([{ op: 'poison', id: testIds[position] ?? 0 }]);
    const { store, sync } = rigOn(sandbox, await emptyStore(), api);
    const record = await sync();
    most = Math.max(most, record.requests);
    expect(record.status, `position ${position}`).toBe('partial');
    expect(record.failures).toMatchObject([
      {
        kind: 'test_position',
        position,
        before_test_id: testIds[position - 1] ?? null,
        after_test_id: testIds[position + 1] ?? null,
      },
    ]);
    const readable = testIds.filter((one) => one !== id).sort((a, b) => a - b);
    expect((await idsIn(store)).tests, `position ${position}`).toEqual(readable);
    sandbox.edit([{ op: 'cure', id }]);
    expect(await sync(), `position ${position}`).toMatchObject({ status: 'completed', failures: [] });
    expect((await idsIn(store)).tests, `position ${position}`).toEqual([...readable, id].sort((a, b) => a - b));
    expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
  }
  process.stderr.write(`unreadable positions: ${positions.length} of ${TESTS} tried, at most ${most} requests\n`);
});

test('a product of 5,000 tests is complete, and its last page is the empty one', { timeout: 300_000 }, async () => {
  const { sandbox, testIds } = await productOf(5_000);
  const { store, sync } = rigOn(sandbox, await emptyStore());
  const record = await sync();
  expect(record).toMatchObject({ status: 'completed', failures: [] });
  expect((await idsIn(store)).tests).toEqual([...testIds].sort((a, b) => a - b));
  const pages = sandbox.requests().filter((request) => request.path.endsWith('/exploratory_tests'));
  expect(pages.map((request) => Number(new URLSearchParams(request.query).get('page')))).toContain(201);
  process.stderr.write(`5,000 tests: ${record.requests} requests, ${pages.length} of them pages\n`);
});
