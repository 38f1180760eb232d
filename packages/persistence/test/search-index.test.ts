import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { checkSearchIndex, SEARCH_KINDS } from '../src/sqlite/search-index.ts';
import type { ReadScope, Store } from '../src/store.ts';
import { saveBugs } from '../src/write/bugs.ts';
import { saveFeatures } from '../src/write/features.ts';
import { saveProducts } from '../src/write/products.ts';
import { finishTestList, saveTests } from '../src/write/tests.ts';
import { bug, exploratoryTest, feature, product } from './entities.ts';
import { saveAccount } from './full-store.ts';
import { documents, expectSound } from './search-documents.ts';
import { handClock, tempStore } from './temp-store.ts';

/** What a query of the full-text index finds, products first: "bug 5000". */
async function found({ db }: ReadScope, query: string): Promise<string[]> {
  const { rows } = await sql<{ hit: string }>`
    select kind || ' ' || entity_id as hit from search_fts join search_documents as d on d.id = search_fts.rowid
    where search_fts match ${query} order by search_fts.rowid desc`.execute(db);
  return rows.map(({ hit }) => hit);
}

const finds = (store: Store, query: string) => store.read((scope) => found(scope, query));

/** An account with one of each kind: product 1, feature 100, stories 500 and 501, test 10, bug 5000. */
async function smallStore(): Promise<Store> {
  const store = await tempStore({ clock: handClock() });
  await store.write(saveAccount);
  return store;
}

test('a document says what its entity says, and a title is not repeated in the body', async () => {
  const store = await smallStore();
  await store.write((scope) =>
    saveBugs(
      scope,
      [10],
      [
        bug(),
        bug({
          id: 5001,
          steps: null,
          location: null,
          report: {
            title: 'Accessibility',
            fields: [
              { key: 'a', name: 'Rule', value: 'Contrast 1.4.3', position: 0 },
              { key: 'b', name: 'Note', value: null, position: 1 },
            ],
          },
        }),
      ],
      [],
    ),
  );
  const said = (await store.read(documents)).map(({ kind, entity_id, at, scope, title, body }) => [
    `${kind} ${entity_id}`,
    at,
    scope,
    title,
    body,
  ]);
  expect(said).toEqual([
    [
      'bug 5000',
      1_700_000_100_000,
      'bug p1',
      'Second seat is lost',
      'Choose two seats\nGo back\nOne seat is left\nBoth seats stay\nhttps://shop.example/seats',
    ],
    [
      'bug 5001',
      1_700_000_100_000,
      'bug p1',
      'Second seat is lost',
      'One seat is left\nBoth seats stay\nAccessibility\nContrast 1.4.3',
    ],
    ['user_story 500', null, 'userstory p1', 'Pick a seat', 'A guest can pick a seat'],
    ['user_story 501', null, 'userstory p1', 'Pick a seat', 'A guest can pick a seat'],
    ['test 10', 1_700_086_400_000, 'test p1', 'Spring timetable', 'Find anything that stops a booking'],
    ['feature 100', null, 'feature p1', 'Seats', 'Pick and change seats\nOpen a sailing'],
    ['product 1', null, 'product p1', 'Web shop', 'The public shop'],
  ]);
});

test('words are found without their accents, whichever way they are spelled', async () => {
  const store = await smallStore();
  await store.write((scope) => saveProducts(scope, [product({ title: 'Café Zürich' })], { complete: true }));
  for (const word of ['cafe', 'CAFÉ', 'cafe\u0301', 'zurich', 'ZÜRICH']) {
    expect(await finds(store, `"${word}"`), word).toEqual(['product 1']);
  }
  expect(await finds(store, 'shop')).toEqual(['product 1', 'bug 5000']);
});

test('what is deleted is not found, and found again when it comes back', async () => {
  const store = await smallStore();
  const every = ['product 1', 'feature 100', 'test 10', 'user_story 501', 'user_story 500', 'bug 5000'];
  expect(await finds(store, 'scope : p1')).toEqual(every);

  await store.write((scope) => saveBugs(scope, [10], [], []));
  expect(await finds(store, 'scope : bug')).toEqual([]);
  await store.write((scope) => saveBugs(scope, [10], [bug()], []));
  expect(await finds(store, 'scope : bug')).toEqual(['bug 5000']);

  await store.write((scope) => finishTestList(scope, 1, { seenTestIds: [], failedPositions: 0 }));
  expect(await finds(store, 'scope : (test OR bug)')).toEqual([]);
  await store.write((scope) => saveTests(scope, 1, [exploratoryTest()]));
  expect(await finds(store, 'scope : (test OR bug)')).toEqual(['test 10']);

  await store.write((scope) => saveFeatures(scope, 1, [], { complete: true, unlinkedStories: [] }));
  expect(await finds(store, 'scope : (feature OR userstory)')).toEqual([]);

  await store.write((scope) => saveProducts(scope, [product({ id: 2, sectionsWithDefault: [] })], { complete: true }));
  expect(await finds(store, 'scope : p1')).toEqual([]);
  await store.write(saveAccount);
  expect(await finds(store, 'scope : p1')).toEqual(every);
  await store.write(expectSound);
});

test('a bug that is written while its test is deleted is found when the test comes back', async () => {
  const store = await smallStore();
  await store.write((scope) => finishTestList(scope, 1, { seenTestIds: [], failedPositions: 0 }));
  await store.write((scope) => saveBugs(scope, [], [bug({ title: 'Late news' })], []));
  expect(await finds(store, 'late')).toEqual([]);
  await store.write(expectSound);
  await store.write((scope) => saveTests(scope, 1, [exploratoryTest()]));
  expect(await finds(store, 'late')).toEqual(['bug 5000']);
});

test('a feature and its stories are found under every product that has it, while it has it', async () => {
  const store = await smallStore();
  const second = product({ id: 2, sectionsWithDefault: [{ id: 950, title: 'default-section' }] });
  await store.write((scope) => saveProducts(scope, [product(), second], { complete: true }));
  await store.write((scope) =>
    saveFeatures(scope, 2, [{ feature: feature(), sectionIds: [950] }], { complete: true, unlinkedStories: [] }),
  );
  const shared = 'scope : (feature OR userstory)';
  expect(await finds(store, `${shared} AND scope : p2`)).toEqual(['feature 100', 'user_story 500']);
  expect(await finds(store, `${shared} AND scope : p1`)).toEqual(['feature 100', 'user_story 501', 'user_story 500']);

  await store.write((scope) => saveFeatures(scope, 1, [], { complete: true, unlinkedStories: [] }));
  expect(await finds(store, `${shared} AND scope : p2`)).toEqual(['feature 100', 'user_story 500']);
  expect(await finds(store, `${shared} AND scope : p1`)).toEqual([]);

  await store.write((scope) => saveFeatures(scope, 1, [{ feature: feature(), sectionIds: [900] }], { complete: true }));
  expect(await finds(store, `${shared} AND scope : p1`)).toEqual(['feature 100', 'user_story 500']);
  await store.write((scope) => saveProducts(scope, [second], { complete: true }));
  expect(await finds(store, `${shared} AND scope : p1`)).toEqual([]);
  expect(await finds(store, `${shared} AND scope : p2`)).toEqual(['feature 100', 'user_story 500']);
  await store.write(expectSound);
});

test('the bugs of a test that moves to another product are found there', async () => {
  const store = await smallStore();
  const second = product({ id: 2, sectionsWithDefault: [] });
  await store.write((scope) => saveProducts(scope, [product(), second], { complete: true }));
  await store.write((scope) => saveTests(scope, 2, [exploratoryTest()]));
  expect(await finds(store, 'scope : (test OR bug) AND scope : p2')).toEqual(['test 10', 'bug 5000']);
  expect(await finds(store, 'scope : (test OR bug) AND scope : p1')).toEqual([]);
});

test('a second sync, and a change of status, leave the index as it is', async () => {
  const store = await smallStore();
  const words = () =>
    store.read(async ({ db }) => (await sql`select id, hex(block) as block from search_fts_data`.execute(db)).rows);
  const before = await words();
  await store.write(saveAccount);
  await store.write((scope) => saveBugs(scope, [10], [bug({ status: 'accepted', reportedAt: 7 })], []));
  expect(await words()).toEqual(before);
  const [reported] = (await store.read(documents)).filter(({ kind }) => kind === 'bug');
  expect(reported?.at).toBe(7);
  await store.write((scope) => saveBugs(scope, [10], [bug({ title: 'Third seat is lost' })], []));
  expect(await words()).not.toEqual(before);
});

test('the check notices a document, an index row or an entity that is missing', async () => {
  const store = await smallStore();
  const state = await store.read(checkSearchIndex);
  expect(state).toEqual({
    consistent: true,
    indexed: 6,
    kinds: SEARCH_KINDS.map((kind) => {
      const living = kind === 'user_story' ? 2 : 1;
      return { kind, living, documents: living };
    }),
  });
  const broken = async (statement: string) => {
    const undo = new Error('undo');
    let consistent = true;
    await store
      .write(async (scope) => {
        await sql.raw(statement).execute(scope.db);
        ({ consistent } = await checkSearchIndex(scope));
        throw undo;
      })
      .catch((thrown: unknown) => expect(thrown).toBe(undo));
    return !consistent;
  };
  expect(await broken("delete from search_documents where kind = 'bug'")).toBe(true);
  expect(await broken('update bugs set deleted_at = 1')).toBe(true);
  expect(await broken("insert into search_fts (search_fts) values ('delete-all')")).toBe(true);
  expect(await broken('update bugs set deleted_at = null')).toBe(false);
});
