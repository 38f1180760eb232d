import { listOpenFailures } from '@testio-mcp/persistence';
import { expect, test } from 'vitest';
import { blemishes, idsIn, membershipsAt, membershipsIn, outcomeOf, rigOf } from '../harness.ts';

/** Products of the small sandbox: with sections and a poisoned test, and without either. */
async function smallRig() {
  const rig = await rigOf();
  const [sectioned = 0, plain = 0, other = 0] = rig.sandbox.state().ids.products;
  return { ...rig, sectioned, plain, other };
}

test('after a sync the store holds exactly what a complete reader ends up with', async () => {
  const { sandbox, store, sync, sectioned } = await smallRig();
  const record = await sync();
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
  expect(record.status).toBe('partial');
  expect(record.error).toBeNull();
  expect(blemishes(record)).toEqual([`tests of ${sectioned}: partial`]);
  expect(record.failures).toMatchObject([{ kind: 'test_position', product_id: sectioned, code: 'api_server_error' }]);
  expect(record.requests).toBe(sandbox.requests().length);
  const { counts } = sandbox.state();
  const items = (phase: string) =>
    record.outcomes.filter((one) => one.phase === phase).reduce((sum, one) => sum + one.items, 0);
  expect([items('tests'), items('bugs'), items('products')]).toEqual([counts.tests, counts.bugs, counts.products]);
});

test('the position that could not be read lies between its neighbours', async () => {
  const { sandbox, store, sync } = await smallRig();
  const { failures } = await sync();
  const [failure] = failures;
  const [before, after] = await store.read(async ({ db }) => {
    const endOf = (id: number | null) =>
      db
        .selectFrom('tests')
        .select('end_at')
        .where('id', '=', id ?? 0)
        .executeTakeFirst();
    return [await endOf(failure?.before_test_id ?? null), await endOf(failure?.after_test_id ?? null)];
  });
  expect(before?.end_at).toBeGreaterThanOrEqual(after?.end_at ?? Number.POSITIVE_INFINITY);
  expect(sandbox.state().poisoned).toHaveLength(failures.length);
});

test('a second sync writes nothing, meets the same failure and adds no other', async () => {
  const { store, sync } = await smallRig();
  const first = await sync();
  const second = await sync();
  expect(first.rows_written).toBeGreaterThan(1_000);
  expect(second.rows_written).toBe(0);
  expect(second.outcomes.every((outcome) => outcome.rows_written === 0)).toBe(true);
  expect(second.failures.map((failure) => failure.key)).toEqual(first.failures.map((failure) => failure.key));
  expect(await store.read((scope) => listOpenFailures(scope))).toMatchObject([{ occurrences: 2 }]);
  expect(second.requests).toBeLessThanOrEqual(first.requests);
});

test('a sync of some products leaves the tests of the others alone', async () => {
  const { sandbox, store, sync, plain } = await smallRig();
  const record = await sync({ productIds: [plain] });
  expect(record.status).toBe('completed');
  expect(new Set(record.outcomes.map((outcome) => outcome.product_id))).toEqual(new Set([null, plain]));
  const products = await store.read(({ db }) => db.selectFrom('tests').select('product_id').distinct().execute());
  expect(products).toEqual([{ product_id: plain }]);
  expect((await idsIn(store)).products).toEqual(sandbox.state().ids.products);
});

test('unknown products are named and nothing is written', async () => {
  const { store, sync, plain } = await smallRig();
  await expect(sync({ productIds: [plain, 7, 8] })).rejects.toMatchObject({
    code: 'unknown_product',
    kind: 'validation',
    message: expect.stringContaining('7, 8'),
  });
  await expect(sync({ productIds: [] })).rejects.toMatchObject({ code: 'no_product' });
  const runs = await store.read(({ db }) => db.selectFrom('sync_runs').selectAll().execute());
  expect([runs, (await idsIn(store)).products]).toEqual([[], []]);
});

test('what was deleted at Test IO is marked as deleted here', async () => {
  const { sandbox, store, sync, plain, other } = await smallRig();
  await sync();
  const { ids } = sandbox.state();
  const [gone] = await store.read(({ db }) =>
    db.selectFrom('tests').select('id').where('product_id', '=', plain).orderBy('id').limit(1).execute(),
  );
  const bug = ids.bugs.at(-1) ?? 0;
  sandbox.edit([
    { op: 'delete', kind: 'test', id: gone?.id ?? 0 },
    { op: 'delete', kind: 'bug', id: bug },
    { op: 'delete', kind: 'feature', id: ids.features[0] ?? 0 },
    { op: 'delete', kind: 'product', id: other },
  ]);
  await sync();
  expect(await idsIn(store)).toMatchObject({ ...sandbox.state().ids, people: expect.any(Array) });
});

test('a poisoned test that was known stays alive, is reported, and is healed when it is cured', async () => {
  const { sandbox, store, sync, plain } = await smallRig();
  await sync();
  const [known] = await store.read(({ db }) =>
    db.selectFrom('tests').select('id').where('product_id', '=', plain).orderBy('end_at').limit(1).execute(),
  );
  const id = known?.id ?? 0;
  sandbox.edit([{ op: 'poison', id }]);
  const ill = await sync();
  expect(outcomeOf(ill, 'tests', plain).status).toBe('partial');
  expect(ill.failures.filter((failure) => failure.product_id === plain)).toHaveLength(1);
  expect((await idsIn(store)).tests).toContain(id);
  sandbox.edit([{ op: 'cure', id }]);
  const well = await sync();
  expect(outcomeOf(well, 'tests', plain).status).toBe('completed');
  const open = await store.read((scope) => listOpenFailures(scope, { productIds: [plain] }));
  expect(open).toEqual([]);
});

test('a poisoned test that is cured is read with its bugs by the next run, which is then complete', async () => {
  const { sandbox, store, sync } = await smallRig();
  await sync();
  sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const record = await sync();
  expect(record.status).toBe('completed');
  expect(record.failures).toEqual([]);
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
  expect(await store.read((scope) => listOpenFailures(scope))).toEqual([]);
});

test('a host that ignores paging is read whole and does not loop', async () => {
  const rig = await rigOf({ switches: { staging: true } });
  const { sandbox, store, sync } = rig;
  sandbox.edit(sandbox.state().poisoned.map((id) => ({ op: 'cure', id })));
  const record = await sync();
  expect(record.status).toBe('completed');
  expect(await idsIn(store)).toEqual(sandbox.state().ids);
  const lists = sandbox.requests().filter((request) => request.path.endsWith('/exploratory_tests'));
  expect(lists.length).toBeLessThanOrEqual(3 * 3);
});

test('executions are stored under the story they were asked by, all of them', async () => {
  const { store, sync, api } = await smallRig();
  await sync();
  const stories = await store.read(({ db }) =>
    db
      .selectFrom('test_stories as story')
      .innerJoin('test_features as feature', 'feature.id', 'story.test_feature_id')
      .select(['story.version_id', 'story.tested_by_count', 'feature.test_id'])
      .execute(),
  );
  const stored = await store.read(({ db }) =>
    db.selectFrom('executions').select(['id', 'test_id', 'version_id']).execute(),
  );
  expect(stored.length).toBeGreaterThan(0);
  for (const { version_id: versionId, tested_by_count: testers, test_id: testId } of stories) {
    const { executions } = await api.listExecutions({ versionIds: [versionId ?? 0], page: 1, perPage: 100 });
    const mine = stored.filter((row) => row.version_id === versionId);
    expect(mine.map((row) => row.id).sort()).toEqual(testers === 0 ? [] : executions.map((one) => one.id).sort());
    expect(mine.every((row) => row.test_id === testId)).toBe(true);
  }
  const fresh = await store.read(({ db }) =>
    db
      .selectFrom('tests')
      .innerJoin('test_freshness as fresh', 'fresh.test_id', 'tests.id')
      .select(['status', 'details_at', 'executions_at'])
      .execute(),
  );
  for (const row of fresh) {
    expect(row.details_at !== null).toBe(row.status === 'running');
    expect(row.executions_at !== null).toBe(row.status === 'running');
  }
});

test('features stand in the sections that list them, and stories under their features', async () => {
  const { store, sync, api, sectioned } = await smallRig();
  await sync();
  expect(await membershipsIn(store)).toEqual(await membershipsAt(api));
  const stories = await store.read(({ db }) => db.selectFrom('user_stories').select(['id', 'feature_id']).execute());
  const featureOf = new Map(stories.map((story) => [story.id, story.feature_id]));
  const [section] = (await api.getProduct(sectioned)).sections;
  for (const feature of await api.listFeatures(sectioned, { sectionId: section?.id })) {
    for (const story of feature.userStories ?? []) expect(featureOf.get(story.id)).toBe(feature.id);
  }
});

test('the run and its outcomes stand in the store as in the record', async () => {
  const { store, sync } = await smallRig();
  const record = await sync({ trigger: 'cli' });
  const [run] = await store.read(({ db }) => db.selectFrom('sync_runs').selectAll().execute());
  expect(run).toMatchObject({
    id: record.id,
    status: record.status,
    mode: 'incremental',
    trigger: 'cli',
    scope: 'null',
    requests: record.requests,
    rows_written: record.rows_written,
    started_at: Date.parse(record.started_at),
    finished_at: Date.parse(record.finished_at),
  });
  expect(record.duration_ms).toBe(Date.parse(record.finished_at) - Date.parse(record.started_at));
  expect(record.rows_written).toBe(record.outcomes.reduce((sum, outcome) => sum + outcome.rows_written, 0));
  const outcomes = await store.read(({ db }) => db.selectFrom('sync_outcomes').selectAll().execute());
  expect(outcomes).toHaveLength(record.outcomes.length);
  for (const row of outcomes) {
    const told = outcomeOf(record, row.phase, row.product_key === 0 ? null : row.product_key);
    expect([row.status, row.items]).toEqual([told.status, told.items]);
  }
});

test('a run that a killed process left behind is repaired by the next one', async () => {
  const { store, sync } = await smallRig();
  await store.write(({ db, now }) =>
    db
      .insertInto('sync_runs')
      .values({
        status: 'running',
        mode: 'full',
        trigger: 'cli',
        scope: 'null',
        started_at: now,
        requests: 0,
        rows_written: 0,
      })
      .execute(),
  );
  await sync();
  const runs = await store.read(({ db }) => db.selectFrom('sync_runs').select('status').orderBy('id').execute());
  expect(runs.map((run) => run.status)).toEqual(['failed', 'partial']);
});
