import { openStore } from '@testio-mcp/persistence';
import type { RefreshReport } from '@testio-mcp/sync-engine';
import { expect, test } from 'vitest';
import { type OperationContext, RecentAnswers } from '../src/index.ts';
import { product } from './support/entities.ts';
import { manyRows } from './support/many-rows.ts';
import { NOW, type Rig, rig } from './support/rig.ts';

const UNTRIED: RefreshReport = { isTried: false, gaps: [] };

interface Asked {
  readonly own: Rig;
  /** Asks, and tells how many statements that took. */
  ask(input?: object, changes?: Partial<OperationContext>): Promise<{ total: number; statements: number }>;
}

async function filled(): Promise<Asked> {
  const own = await rig();
  await manyRows(10)(own);
  const recent = new RecentAnswers(own.store, own.clock);
  return {
    own,
    async ask(input = {}, changes = {}) {
      own.statements.length = 0;
      const { total } = await own.ask('list_tests', input, { recent, refresh: async () => UNTRIED, ...changes });
      return { total, statements: own.statements.length };
    },
  };
}

test('the same question within a second is answered without a statement, in whatever form it comes', async () => {
  const { ask, own } = await filled();
  const first = await ask({ per_page: 5 });
  expect(first.statements).toBeGreaterThan(0);
  own.clock.set(NOW + 999);
  expect(await ask({ per_page: '5' })).toEqual({ total: first.total, statements: 0 });
  expect((await ask({ per_page: 6 })).statements).toBeGreaterThan(0);
  own.clock.set(NOW + 1_000);
  expect((await ask({ per_page: 5 })).statements).toBeGreaterThan(0);
});

test('a write ends all answers at once, also one of another connection', async () => {
  const { ask, own } = await filled();
  const { total } = await ask();
  const [first, second] = (await own.ask('list_tests')).tests.map(({ id }: { id: number }) => id);
  await own.write(({ db, now }) => db.updateTable('tests').set({ deleted_at: now }).where('id', '=', first).execute());
  expect((await ask()).total).toBe(total - 1);
  const other = await openStore({ file: own.store.file, clock: own.clock });
  try {
    await other.write(({ db, now }) =>
      db.updateTable('tests').set({ deleted_at: now }).where('id', '=', second).execute(),
    );
    expect((await ask()).total).toBe(total - 2);
  } finally {
    await other.close();
  }
});

test('who asks for fresh data is never given an older answer, nor is anybody one for which the API was asked', async () => {
  const { ask } = await filled();
  await ask({ freshness: 'now' });
  expect((await ask({ freshness: 'now' })).statements).toBeGreaterThan(0);
  const tried = { refresh: async () => ({ ...UNTRIED, isTried: true }) };
  await ask({}, tried);
  expect((await ask({}, tried)).statements).toBeGreaterThan(0);
  const failing = { refresh: () => Promise.reject(new Error('no API')) };
  await ask({}, failing);
  expect((await ask()).statements).toBeGreaterThan(0);
});

test('who asks the same at once waits for one answer, and gets an own one when that fails', async () => {
  const { ask, own } = await filled();
  // What is the same for every page is remembered from here on.
  await ask({ per_page: 6 });
  const alone = await ask({ per_page: 7 });
  expect(alone.statements).toBeGreaterThan(0);
  own.statements.length = 0;
  const recent = new RecentAnswers(own.store, own.clock);
  const both = () => own.ask('list_tests', { per_page: 7 }, { recent });
  expect((await Promise.all([both(), both()])).map(({ total }) => total)).toEqual([alone.total, alone.total]);
  expect(own.statements.length).toBe(alone.statements);

  const version = await own.store.version();
  expect(await own.store.version()).toBe(version);
  const failing = recent.get('key', () => Promise.reject(new Error('gone')));
  const other = recent.get('key', async () => ({ value: 1, keep: true }));
  await expect(failing).rejects.toThrow('gone');
  expect(await other).toBe(1);
});

test('who asks in the same turn of the event loop looks at the store together, and later ones anew', async () => {
  const { own } = await filled();
  let looked = 0;
  const store = {
    version() {
      looked += 1;
      return own.store.version();
    },
  };
  const recent = new RecentAnswers(store, own.clock);
  const answer = (value: number) => recent.get('key', async () => ({ value, keep: true }));
  expect(await Promise.all([answer(1), answer(2), answer(3)])).toEqual([1, 1, 1]);
  expect(looked).toBe(1);
  await own.write(({ db, now }) => db.updateTable('tests').set({ deleted_at: now }).execute());
  expect([await answer(4), await answer(5), looked]).toEqual([4, 4, 3]);
});

test('no more than some megabytes of answers are kept, however long each is', async () => {
  const { own } = await filled();
  const recent = new RecentAnswers(own.store, own.clock);
  const made: string[] = [];
  const answer = (key: string) =>
    recent.get(key, async () => {
      made.push(key);
      return { value: { output: { texts: [key.repeat(5_000_000)] }, text: '' }, keep: true };
    });
  for (const key of ['a', 'a', 'b', 'b', 'a']) await answer(key);
  expect(made).toEqual(['a', 'b', 'a']);
});

test('a title stands for the same thing without a statement until something is written', async () => {
  const { ask, own } = await filled();
  const rename = (id: number, title: string) =>
    own.write(({ db }) => db.updateTable('products').set({ title }).where('id', '=', id).execute());
  const [first, second] = [1, 2];
  await own.products(product({ id: first, title: 'Kettle' }), product({ id: second }));
  const named = await ask({ product_id: 'kettle' });
  expect(named.statements).toBeGreaterThan(0);
  expect(await ask({ product_id: 'kettle' })).toEqual({ total: named.total, statements: 0 });
  expect(await ask({ product_id: first })).toEqual({ total: named.total, statements: 0 });
  await rename(first, 'Toaster');
  await rename(second, 'Kettle');
  const other = await ask({ product_id: 'kettle' });
  expect([other.total, other.statements > 0]).toEqual([(await ask({ product_id: second })).total, true]);
  await rename(second, 'Iron');
  await expect(ask({ product_id: 'kettle' })).rejects.toMatchObject({ code: 'product_not_found' });
  await expect(ask({ product_id: 'kettle' })).rejects.toMatchObject({ code: 'product_not_found' });
});
