import { expect, test } from 'vitest';
import { openStore } from '../src/open-store.ts';
import { remembered, rememberedAs, rememberedRow } from '../src/remembered.ts';
import type { ReadScope } from '../src/store.ts';
import { addPerson, people } from './people.ts';
import { tempStore } from './temp-store.ts';

async function counting() {
  const statements: string[] = [];
  const store = await tempStore({ onStatement: (sql) => statements.push(sql) });
  const asked = () => statements.filter((sql) => /from "people"/.test(sql)).length;
  return { store, asked };
}

test('a query is run once while nothing is written', async () => {
  const { store, asked } = await counting();
  const read = () => store.read((scope) => rememberedRow(scope.db, people(scope)));
  expect([await read(), await read()]).toEqual([{ n: 0 }, { n: 0 }]);
  expect(asked()).toBe(1);
});

test('it is run again after a write, of this store or of another one on the same file', async () => {
  const { store } = await counting();
  const read = async () => (await store.read((scope) => rememberedRow(scope.db, people(scope)))).n;
  expect(await read()).toBe(0);
  await addPerson(store, 1);
  expect(await read()).toBe(1);
  const other = await openStore({ file: store.file });
  await addPerson(other, 2);
  await other.close();
  expect(await read()).toBe(2);
});

test('a read that began before a write remembers its own state, and the next one sees the new one', async () => {
  const { store } = await counting();
  await store.read(async (scope) => {
    expect((await rememberedRow(scope.db, people(scope))).n).toBe(0);
    const other = await openStore({ file: store.file });
    await addPerson(other, 1);
    await other.close();
    expect((await rememberedRow(scope.db, people(scope))).n).toBe(0);
  });
  expect((await store.read((scope) => rememberedRow(scope.db, people(scope)))).n).toBe(1);
});

test('other parameters are another query; what failed is not remembered; a write remembers nothing', async () => {
  const { store, asked } = await counting();
  const above = (id: number) => store.read(({ db }) => rememberedRow(db, people({ db }).where('id', '>', id)));
  expect([await above(0), await above(1)]).toEqual([{ n: 0 }, { n: 0 }]);
  expect(asked()).toBe(2);
  let runs = 0;
  const failing = ({ db }: ReadScope) =>
    remembered(db, {
      compile: () => people({ db }).where('id', '=', -1).compile(),
      execute: async () => {
        runs += 1;
        throw new Error('broken');
      },
    });
  for (const _ of [1, 2]) await expect(store.read(failing)).rejects.toThrow('broken');
  expect(runs).toBe(2);
  const before = asked();
  await store.write(async (scope) => {
    for (const _ of [1, 2]) await rememberedRow(scope.db, people(scope));
  });
  expect(asked()).toBe(before + 2);
});

test('what is made of several queries is made again when it does not hold any more, or something was written', async () => {
  const { store } = await counting();
  let made = 0;
  const make = async () => {
    made += 1;
    return made;
  };
  const ask = (key: string, holds?: (value: number) => boolean) =>
    store.read(({ db }) => rememberedAs(db, key, make, holds));
  expect([await ask('a'), await ask('a'), await ask('b')]).toEqual([1, 1, 2]);
  expect([await ask('a', (value) => value > 1), await ask('a')]).toEqual([3, 3]);
  await addPerson(store, 1);
  expect(await ask('a')).toBe(4);
});

test('rows that are remembered cannot be changed', async () => {
  const { store } = await counting();
  await store.read(async (scope) => {
    const row = await rememberedRow(scope.db, people(scope));
    expect(() => Object.assign(row, { n: 7 })).toThrow();
  });
});

test('very large results push out older ones, of however many kinds', async () => {
  const { store } = await counting();
  const made: string[] = [];
  const ask = (key: string) =>
    store.read(({ db }) =>
      rememberedAs(db, key, async () => {
        made.push(key);
        return [{ json: key.repeat(9_000_000) }];
      }),
    );
  for (const key of ['a', 'a', 'b', 'b', 'a']) await ask(key);
  expect(made).toEqual(['a', 'b', 'a']);
});
