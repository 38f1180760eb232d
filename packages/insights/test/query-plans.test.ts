import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { asked, manyRows, QUESTIONS } from './support/many-rows.ts';
import { type Rig, sharedRig } from './support/rig.ts';

/** Tables that grow with the tests of an account. */
const GROWING =
  /^(tests|test_(features|feature_metrics|stories|requirements|attachments|analytics|freshness)|bugs|bug_(devices|comments|attachments)|executions|execution_devices|search_documents|counted_bugs)$/;

/** The step of a plan that reads a table: how, under which name, and with what. */
const STEP = /^(?<how>SCAN|SEARCH) (?<alias>\w+)(?: EXISTS)?(?: USING (?<index>.+?))?(?: LEFT-JOIN)?$/;

const own = sharedRig(manyRows(100));

interface Step {
  readonly how: string;
  readonly table: string;
  readonly index: string;
}

/** How SQLite reads the tables that grow, for one statement. */
async function steps({ store }: Rig, statement: string): Promise<Step[]> {
  const parameters = Array.from({ length: statement.split('?').length - 1 }, () => null);
  const explained = CompiledQuery.raw(`explain query plan ${statement}`, parameters);
  const { rows } = await store.read(({ db }) => db.executeQuery<{ detail: string }>(explained));
  const tables = tablesByAlias(statement);
  return rows.flatMap(({ detail }) => {
    const { how, alias, index } = STEP.exec(detail)?.groups ?? {};
    const table = tables.get(alias ?? '') ?? alias;
    if (how === undefined || table === undefined || !GROWING.test(table)) return [];
    return [{ how, table, index: index?.replace(/ \(.*$/, '') ?? 'nothing' }];
  });
}

function tablesByAlias(statement: string): ReadonlyMap<string, string> {
  const named = statement.matchAll(/\b(?:from|join)\s+"?(?<table>\w+)"?\s+as\s+"?(?<alias>\w+)"?/g);
  return new Map([...named].map(({ groups }) => [groups?.alias ?? '', groups?.table ?? '']));
}

async function plans([name, input]: (typeof QUESTIONS)[number]): Promise<Step[]> {
  await own().touch();
  own().statements.length = 0;
  await own().ask(name, input);
  const all: Step[] = [];
  for (const statement of [...own().statements]) all.push(...(await steps(own(), statement)));
  return all;
}

/** What is read from end to end all the same, and why. */
const KNOWN_SCANS: ReadonlyMap<string, readonly string[]> = new Map([
  // Tests are not asked for: that half of the question ends before its first row.
  ['list_changes {"since":"2026-03-17","product_ids":[1],"entities":"bug","changes":"new,updated"}', ['tests']],
  // What everybody created is counted from every test that there is.
  ['list_users {"per_page":200}', ['tests']],
]);

test.each(QUESTIONS.map((question) => ({ name: asked(question), question })))(
  '$name reads no table that grows from end to end, and builds no index for itself',
  async ({ name, question }) => {
    const read = await plans(question);
    const whole = read.filter(({ how, index }) => how === 'SCAN' && index === 'nothing').map(({ table }) => table);
    expect([...new Set(whole)].sort()).toEqual(KNOWN_SCANS.get(name) ?? []);
    expect(read.filter(({ index }) => /AUTOMATIC/.test(index))).toEqual([]);
  },
);

/** Questions that are asked all day. */
const HOT = new Set([
  'list_products',
  'list_tests',
  'list_bugs',
  'get_triage_queue',
  'get_test_summary',
  'search',
  'query_metrics',
]);

test('what is asked all day is read by the indexes that are meant for it', async () => {
  const byQuestion: Record<string, string[]> = {};
  for (const question of QUESTIONS.filter(([name]) => HOT.has(name))) {
    const lines = (await plans(question)).map(({ how, table, index }) => `${how} ${table} USING ${index}`);
    byQuestion[asked(question)] = [...new Set(lines)].sort();
  }
  expect(Object.values(byQuestion).flat().length).toBeGreaterThan(QUESTIONS.length);
  // After a change for the better: ./dev exec vitest run test/query-plans.test.ts -u
  expect(byQuestion).toMatchSnapshot();
});

test('a scan from end to end is noticed', async () => {
  expect(await steps(own(), 'select "b"."title" from "bugs" as "b" where "b"."title" = ?')).toEqual([
    { how: 'SCAN', table: 'bugs', index: 'nothing' },
  ]);
});
