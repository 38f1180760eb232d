import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import {
  inspectStore,
  keepNames,
  openStore,
  type Store,
  saveBugs,
  saveExecutions,
  type WriteScope,
} from '../src/index.ts';
import { bug, device } from './entities.ts';
import { fillStore } from './full-store.ts';
import { tempFolder } from './temp-store.ts';

/** A tester, and somebody whom only a comment names. */
const NAMES = ['quietheron', 'wanderfinch'];

const PSEUDONYM = /^tester-[0-9a-f]{12}$/;

async function opened(file: string, pseudonymise: boolean): Promise<Store> {
  const store = await openStore({ file, pseudonymise });
  onTestFinished(() => store.close());
  return store;
}

/** Writes what names testers, as a sync does; answers with the rows that were written. */
async function save(scope: WriteScope): Promise<number> {
  const author = { name: 'quietheron', avatar: 'https://faces.example/quietheron' };
  const raw = { id: 20, author, comments: [{ id: 90, author: { name: 'wanderfinch' } }], steps: ['author'] };
  const execution = {
    id: 77,
    status: 'failed',
    comment: null,
    executedBy: 'quietheron',
    executedAt: 1_700_000_000_000,
    testId: 10,
    devices: [device()],
  };
  const bugs = await saveBugs(
    scope,
    [10],
    [bug({ raw, comments: [{ id: 90, body: 'Thank you.', author: 'wanderfinch' }] })],
    [],
  );
  return bugs.rowsWritten + (await saveExecutions(scope, 10, [{ versionId: 3, execution }]));
}

/** Everybody whom the store names, by where. */
async function named(store: Store) {
  return store.read(async ({ db }) => {
    const authors = await db
      .selectFrom('bugs')
      .innerJoin('people', 'people.id', 'bugs.author_id')
      .select(['people.name', 'bugs.raw_json'])
      .execute();
    return {
      authors: authors.map(({ name }) => name),
      raw: authors.map(({ raw_json }) => JSON.parse(raw_json).author?.name),
      comments: (await db.selectFrom('bug_comments').select('author').execute()).map(({ author }) => author),
      executions: (await db.selectFrom('executions').select('executed_by').execute()).map((row) => row.executed_by),
      testers: (await db.selectFrom('people').select('name').where('kind', '=', 'tester').execute()).map(
        (row) => row.name,
      ),
      customers: (
        await db.selectFrom('people').select('name').where('kind', '=', 'customer').orderBy('name').execute()
      ).map((row) => row.name),
    };
  });
}

/** Whether a name stands anywhere in the file of a closed store. */
function holdsName(file: string): boolean {
  const bytes = readFileSync(file, 'latin1');
  return NAMES.some((name) => bytes.includes(name));
}

test('testers are kept under one pseudonym each, wherever they are named, and customers as they are', async () => {
  const plain = await named(await filled(false));
  const kept = await named(await filled(true));
  expect(plain.authors).toEqual(['quietheron']);
  const [author] = kept.authors;
  expect(author).toMatch(PSEUDONYM);
  expect(kept).toMatchObject({ raw: [author], executions: [author], testers: [author] });
  for (const comment of kept.comments) expect(comment).toMatch(PSEUDONYM);
  expect(kept.customers).toEqual(plain.customers);
  expect(kept.customers.length).toBeGreaterThan(0);
});

/** A store into which a small account was written. */
async function filled(pseudonymise: boolean, file = join(tempFolder(), 'store.db')): Promise<Store> {
  const store = await opened(file, pseudonymise);
  await fillStore(store);
  await store.write(save);
  return store;
}

test('no name is left in the file, whether pseudonyms were kept from the start or switched on later', async () => {
  for (const atFirst of [true, false]) {
    const store = await filled(atFirst);
    await store.close();
    expect(holdsName(store.file)).toBe(!atFirst);
    await (await openStore({ file: store.file, pseudonymise: true })).close();
    expect(holdsName(store.file)).toBe(false);
    expect(await inspectStore(store.file)).toMatchObject({ pseudonymised: true, hasTraces: false });
  }
});

test('switching on keeps everything else, and makes what a sync would write: the same data again writes nothing', async () => {
  const store = await filled(false);
  const rows = (await inspectStore(store.file)).rows;
  await store.close();
  const switched = await opened(store.file, true);
  expect((await inspectStore(store.file)).rows).toEqual(rows);
  const raw = new Database(store.file, { readonly: true });
  onTestFinished(() => void raw.close());
  expect(raw.pragma('foreign_key_check')).toEqual([]);
  expect(await switched.write(save)).toBe(0);
  expect((await inspectStore(store.file)).rows).toEqual(rows);
});

test('a process that does not know of the setting keeps pseudonyms, too', async () => {
  const store = await filled(true);
  const before = await named(store);
  const other = await opened(store.file, false);
  expect(await other.write(save)).toBe(0);
  expect(await named(other)).toEqual(before);
});

test('switched off, names come back as they are read; switched on again, pseudonyms are the same', async () => {
  const store = await filled(true);
  const before = await named(store);
  await store.write(keepNames);
  expect(await named(store)).toEqual(before);
  expect(await store.write(save)).toBeGreaterThan(0);
  expect(await named(store)).toMatchObject({
    authors: ['quietheron'],
    raw: ['quietheron'],
    executions: ['quietheron'],
  });
  await store.close();
  const again = await opened(store.file, true);
  expect(await named(again)).toEqual(before);
});

test('every store has pseudonyms of its own', async () => {
  const [one, two] = [await named(await filled(true)), await named(await filled(true))];
  expect(one.authors).not.toEqual(two.authors);
});

test('several processes may switch on at once', async () => {
  const store = await filled(false);
  const stores = await Promise.all([1, 2, 3].map(() => opened(store.file, true)));
  const all = await Promise.all([store, ...stores].map(named));
  for (const each of all) expect(each).toEqual(all[0]);
  expect(all[0]?.authors[0]).toMatch(PSEUDONYM);
});
