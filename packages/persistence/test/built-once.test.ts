import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { builtOnce } from '../src/built-once.ts';
import { sqlQuery } from '../src/remembered.ts';
import type { ReadScope } from '../src/store.ts';
import { tempStore } from './temp-store.ts';

type Db = ReadScope['db'];

async function withPeople() {
  const store = await tempStore();
  await store.write(({ db }) =>
    db
      .insertInto('people')
      .values([1, 2, 3].map((id) => ({ id, kind: 'tester' as const, name: `name ${id}`, first_seen_at: id })))
      .execute(),
  );
  return store;
}

const people = (db: Db) => db.selectFrom('people').select(['id', 'name']).orderBy('id');

test('a query is built once and runs with the values of each time, in every unit of work', async () => {
  const store = await withPeople();
  let built = 0;
  const between = builtOnce((db, from: number, name: string) => {
    built += 1;
    return people(db).where('id', '>=', from).where('kind', '=', 'tester').where('name', '<>', name);
  });
  const ask = (from: number, name: string) =>
    store.read(async ({ db }) => (await between(db, from, name)).map(({ id }) => id));
  expect([await ask(1, 'name 2'), await ask(2, 'nobody'), await ask(3, 'name 3')]).toEqual([[1, 3], [2, 3], []]);
  expect(built).toBe(1);
});

test('a value may stand in several places, in SQL and as the limit', async () => {
  const store = await withPeople();
  const some = builtOnce((db, most: number) => people(db).where('first_seen_at', '<=', most).limit(most));
  const twice = builtOnce((db, id: number | null) =>
    sqlQuery(db, sql<{ id: number | null; next: number | null }>`select ${id} as id, ${id} + 1 as next`),
  );
  await store.read(async ({ db }) => {
    expect((await some(db, 2)).map(({ id }) => id)).toEqual([1, 2]);
    expect([...(await twice(db, 5)), ...(await twice(db, null))]).toEqual([
      { id: 5, next: 6 },
      { id: null, next: null },
    ]);
  });
});

test.each([
  ['computed with', (db: Db, id: number) => people(db).where('id', '=', id + 1), /computed with/],
  ['made into text', (db: Db, id: number) => people(db).where('name', '=', JSON.stringify([id])), /made into text/],
  ['left out', (db: Db, _: number) => people(db), /Value 1 of a query is not bound/],
])('a value that is %s would be built in for good: that is refused', async (_, build, message) => {
  const store = await withPeople();
  const query = builtOnce(build);
  await store.read(async ({ db }) => {
    await expect(query(db, 1)).rejects.toThrow(message);
  });
});
