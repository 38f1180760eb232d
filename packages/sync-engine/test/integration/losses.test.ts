import { listOpenFailures } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { apiTrouble } from '../fake-list.ts';
import { altered, blemishes, clientOf, idsIn, outcomeOf, rigOn, type sandboxOf, wellRig } from '../harness.ts';

test('reasons for rejection that do not come leave the bugs with the reasons known before', async () => {
  const { sandbox, sync } = await wellRig();
  await sync();
  sandbox.addFaults([{ match: { path: '/bugs/reject_reasons' }, fault: 'status:503' }]);
  const record = await sync({ mode: 'full' });
  expect(blemishes(record)).toEqual(['reject_reasons of account: failed']);
  expect(record).toMatchObject({ status: 'partial', rows_written: 0 });
});

test('details that do not come are listed by test and tried again, even if the test has ended by then', async () => {
  const { sandbox, store, sync, sectioned } = await wellRig();
  sandbox.addFaults([{ match: { path: '/v2/exploratory_tests/' }, fault: 'status:500' }]);
  const ill = await sync();
  const lost = ill.failures.map((failure) => failure.test_id);
  expect(ill.failures.every((failure) => failure.kind === 'test_details')).toBe(true);
  expect(lost.length).toBeGreaterThan(0);
  expect(outcomeOf(ill, 'details', sectioned)).toMatchObject({ status: 'failed', items: 0 });
  sandbox.clearFaults();
  sandbox.edit([{ op: 'change', kind: 'test', id: lost[0] ?? 0, set: { status: 'locked' } }]);
  const well = await sync();
  expect(well.status).toBe('completed');
  expect(outcomeOf(well, 'details', sectioned).items).toBe(lost.length);
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('executions that do not come leave the details and are listed by test', async () => {
  const { sandbox, store, sync, sectioned } = await wellRig();
  sandbox.addFaults([{ match: { path: '/user_story_version_executions' }, fault: 'status:500' }]);
  const ill = await sync();
  expect(ill.failures.every((failure) => failure.kind === 'executions')).toBe(true);
  expect(outcomeOf(ill, 'details', sectioned).status).toBe('partial');
  const details = await store.read(({ db }) => db.selectFrom('test_analytics').selectAll().execute());
  expect(details.length).toBeGreaterThan(0);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('a section that does not come leaves the features of the others, and loses none that are stored', async () => {
  const { sandbox, store, sync, sectioned } = await wellRig();
  const [section] = await sandboxSections(sandbox, sectioned);
  sandbox.addFaults([{ match: { path: `/sections/${section}/features` }, fault: 'status:500' }]);
  const first = await sync();
  expect(outcomeOf(first, 'features', sectioned).status).toBe('partial');
  expect(first.failures).toMatchObject([{ kind: 'features', product_id: sectioned }]);
  sandbox.clearFaults();
  expect((await sync()).status).toBe('completed');
  const whole = await idsIn(store);
  expect(whole).toEqual(sandbox.state().ids);
  const memberships = await store.read(({ db }) => db.selectFrom('product_features').selectAll().execute());
  sandbox.addFaults([{ match: { path: `/sections/${section}/features` }, fault: 'status:500' }]);
  const again = await sync();
  expect(again.rows_written).toBe(0);
  expect(await idsIn(store)).toEqual(whole);
  expect(await store.read(({ db }) => db.selectFrom('product_features').selectAll().execute())).toEqual(memberships);
  expect(await store.read((scope) => listOpenFailures(scope))).toHaveLength(1);
});

test('one test whose bugs cannot be delivered costs only its own', async () => {
  const rig = await wellRig();
  const bad = rig.sandbox.state().ids.tests[20] ?? 0;
  const asked: number[] = [];
  const api = altered(rig.api, (real) => ({
    listBugs: async (filter) => {
      asked.push(filter.testIds?.length ?? 0);
      if (filter.testIds?.includes(bad) === true) throw apiTrouble(500);
      return real.listBugs(filter);
    },
  }));
  const ill = await rigOn(rig.sandbox, rig.store, api).sync();
  expect(ill.status).toBe('partial');
  expect(ill.failures).toMatchObject([{ kind: 'bugs', test_id: bad, code: 'api_server_error' }]);
  expect(asked.length).toBeLessThanOrEqual(5 + 8);
  const unloaded = await rig.store.read(({ db }) =>
    db.selectFrom('test_freshness').select('test_id').where('bugs_at', 'is', null).execute(),
  );
  expect(unloaded).toEqual([{ test_id: bad }]);
  expect((await rig.sync()).status).toBe('completed');
  expect(await idsIn(rig.store)).toEqual(rig.sandbox.state().ids);
  expect(await rig.store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('bugs that do not come at all fail their phase, not the tests, and do not multiply requests', async () => {
  const { sandbox, store, sync } = await wellRig();
  sandbox.addFaults([{ match: { path: '/v2/bugs' }, fault: 'status:500' }]);
  const record = await sync();
  expect(record.status).toBe('partial');
  const bugs = record.outcomes.filter((outcome) => outcome.phase === 'bugs');
  expect(bugs.every((outcome) => outcome.status === 'failed' && outcome.items === 0)).toBe(true);
  expect(record.outcomes.filter((one) => one.phase === 'tests').every((one) => one.status === 'completed')).toBe(true);
  const stamps = await store.read(({ db }) => db.selectFrom('test_freshness').select('bugs_at').execute());
  expect(stamps.every((stamp) => stamp.bugs_at === null)).toBe(true);
  const asked = sandbox.requests().filter((request) => request.path.endsWith('/bugs'));
  expect(asked.length).toBeLessThanOrEqual(Math.ceil(sandbox.state().counts.tests / 15) * 31);
});

/** Sections that the sandbox lists features by. */
async function sandboxSections(sandbox: Awaited<ReturnType<typeof sandboxOf>>, productId: number): Promise<number[]> {
  const product = await clientOf(sandbox).getProduct(productId);
  return product.sections.map((section) => section.id);
}
