import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { call, NOW, sandboxForTest } from './sandbox-client.ts';

interface Bug {
  id: number;
  title: string;
  status: string;
  severity: string | null;
  auto_accepted?: boolean | null;
  reported_at: string | null;
  exported_at: string | null;
  external_idx: string | null;
  steps: string[] | null;
  devices: unknown[] | null;
  known?: boolean;
  author: { name: string } | null;
  comments: { id: number; body: string; author: { name: string } | null }[];
  test: { id: number; title: string };
  test_feature: { id: number; feature_id?: number };
  report?: { title: string; content: { data: unknown[] } };
}

const DAY = 86_400_000;
const now = Date.parse(NOW);

describe('the list', () => {
  test('by product holds exactly the bugs of its tests, with a count', async () => {
    const sandbox = await sandboxForTest();
    const { products, bugs } = sandbox.state().ids;
    const found: Bug[] = [];
    for (const id of products) {
      const { json } = await call(sandbox, `/bugs?filter_product_ids=${id}`);
      expect(json.meta).toEqual({ record_count: json.bugs.length });
      found.push(...json.bugs);
    }
    expect(found.map((bug) => bug.id).sort((a, b) => a - b)).toEqual(bugs);
    expect(new Set(bugs).size).toBe(400);
  });

  test('takes many test ids at once, in ascending order of bug ids, and ignores unknown ones', async () => {
    const sandbox = await sandboxForTest();
    const { tests, bugs } = sandbox.state().ids;
    const found: number[] = [];
    for (let i = 0; i < tests.length; i += 15) {
      const ids = [...tests.slice(i, i + 15), 5].join(',');
      const { json } = await call(sandbox, `/bugs?filter_test_cycle_ids=${ids}`);
      const own = json.bugs.map((bug: Bug) => bug.id);
      expect(own).toEqual([...own].sort((a, b) => a - b));
      found.push(...own);
    }
    expect(found.sort((a, b) => a - b)).toEqual(bugs);
    expect((await call(sandbox, '/bugs?filter_test_cycle_ids=999999999')).json).toEqual({
      bugs: [],
      meta: { record_count: 0 },
    });
  });

  test('several filters must all hold', async () => {
    const sandbox = await sandboxForTest();
    const { products } = (await call(sandbox, '/products')).json;
    const [sectioned, plain] = products;
    const count = async (query: string) => (await call(sandbox, `/bugs?${query}`)).json.meta.record_count;
    const whole = await count(`filter_product_ids=${sectioned.id}`);
    const bySection = [];
    for (const { id } of sectioned.sections)
      bySection.push(await count(`filter_product_ids=${sectioned.id}&filter_section_ids=${id}`));
    expect(bySection.every((part) => part > 0)).toBe(true);
    expect(bySection.reduce((a, b) => a + b, 0)).toBe(whole);
    expect(await count(`filter_product_ids=${plain.id}&filter_section_ids=${sectioned.sections[0].id}`)).toBe(0);
    const byExport = [];
    for (const status of ['exported', 'export_requested', 'not_exported']) {
      byExport.push(await count(`filter_product_ids=${sectioned.id}&export_status=${status}`));
    }
    expect(byExport.reduce((a, b) => a + b, 0)).toBe(whole);
    expect(byExport.every((part) => part > 0)).toBe(true);
  });

  test.each(['filter_product_ids=x', 'filter_section_ids=1,b', 'filter_test_cycle_ids=', 'export_status=maybe'])(
    'refuses %s',
    async (query) => {
      const sandbox = await sandboxForTest();
      const reply = await call(sandbox, `/bugs?${query}`);
      expect([reply.status, Object.keys(reply.json)]).toEqual([400, ['error']]);
    },
  );
});

describe('a bug', () => {
  test('read alone is the bug of the list', async () => {
    const sandbox = await sandboxForTest();
    const [id] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${id}`)).json;
    for (const bug of bugs.slice(0, 20)) expect((await call(sandbox, `/bugs/${bug.id}`)).json).toEqual({ bug });
    expect((await call(sandbox, `/bugs/${bugs[0].id + 100_000_000}`)).status).toBe(404);
  });

  test('is found by its key in the tracker, and only by that', async () => {
    const sandbox = await sandboxForTest();
    const [id] = sandbox.state().ids.products;
    const { bugs } = (await call(sandbox, `/bugs?filter_product_ids=${id}&export_status=exported`)).json;
    const search = (body: unknown) => call(sandbox, '/bugs', { method: 'POST', body: JSON.stringify(body) });
    const found = (await search({ bug: { external_idx: bugs[0].external_idx } })).json;
    expect(found).toEqual({ bugs: [bugs[0]] });
    expect((await search({ bug: { external_idx: 'NONE-1' } })).json).toEqual({ bugs: [] });
    expect((await search({})).json).toEqual({ error: 'bug is missing' });
    expect((await search({ bug: {} })).status).toBe(400);
    expect((await call(sandbox, '/bugs', { method: 'POST', body: '{' })).status).toBe(400);
  });
});

describe('a typical account', () => {
  const sandbox = startSandbox({ size: 'medium', now: NOW });
  const account = sandbox.then(readAccount);
  afterAll(async () => (await sandbox).close());

  async function readAccount(started: Sandbox) {
    const bugs: Bug[] = [];
    const tests = new Map<number, { features: { id: number; feature_id?: number }[] }>();
    for (const id of started.state().ids.products) {
      bugs.push(...(await call(started, `/bugs?filter_product_ids=${id}`)).json.bugs);
      for (let page = 1; ; page++) {
        const reply = await call(started, `/products/${id}/exploratory_tests?page=${page}&per_page=25`);
        if (reply.status === 500) continue;
        if (reply.json.exploratory_tests.length === 0) break;
        for (const item of reply.json.exploratory_tests) tests.set(item.id, item);
      }
    }
    return { bugs, tests };
  }

  test('has the distributions and oddities of a real one', async () => {
    const { bugs, tests } = await account;
    const share = (matches: (bug: Bug) => boolean, of = bugs) => of.filter(matches).length / of.length;
    const accepted = bugs.filter((bug) => bug.status === 'accepted');
    expect(share((bug) => bug.status === 'accepted')).toBeCloseTo(0.71, 1);
    expect(share((bug) => bug.status === 'rejected')).toBeGreaterThan(0.23);
    expect(share((bug) => bug.status === 'rejected')).toBeLessThan(0.29);
    expect(share((bug) => bug.status === 'forwarded')).toBeGreaterThan(0.015);
    expect(share((bug) => bug.status === 'forwarded')).toBeLessThan(0.045);
    expect(share((bug) => bug.auto_accepted === true, accepted)).toBeGreaterThan(0.25);
    expect(share((bug) => bug.auto_accepted === true, accepted)).toBeLessThan(0.31);
    expect(bugs.every((bug) => bug.status === 'accepted' || bug.auto_accepted !== true)).toBe(true);

    expect(bugs.filter((bug) => bug.severity === 'usability')).toHaveLength(2);
    expect(bugs.filter((bug) => bug.severity === null)).toHaveLength(2);
    const known = ['low', 'high', 'critical', 'visual', 'content', 'custom', 'usability', null];
    expect(bugs.every((bug) => known.includes(bug.severity))).toBe(true);
    expect(bugs.some((bug) => !('auto_accepted' in bug))).toBe(true);
    expect(bugs.some((bug) => !('known' in bug))).toBe(true);
    expect(bugs.some((bug) => bug.reported_at === null)).toBe(true);
    expect(bugs.some((bug) => bug.title !== bug.title.trim())).toBe(true);
    expect(bugs.some((bug) => /\p{Extended_Pictographic}/u.test(bug.title))).toBe(true);
    expect(bugs.some((bug) => bug.title.includes('<b>'))).toBe(true);

    const custom = bugs.filter((bug) => bug.severity === 'custom');
    expect(custom.length).toBeGreaterThan(100);
    for (const bug of custom) {
      expect([bug.steps, bug.devices]).toEqual([null, null]);
      expect(bug.report?.content.data.length).toBeGreaterThan(3);
    }

    for (const bug of bugs) {
      if (bug.reported_at !== null) expect(Date.parse(bug.reported_at)).toBeLessThanOrEqual(now);
      if (bug.status === 'forwarded') expect(Date.parse(String(bug.reported_at))).toBeGreaterThan(now - 10 * DAY);
      const snapshots = tests.get(bug.test.id)?.features;
      if (snapshots === undefined) continue;
      expect(snapshots.find((snapshot) => snapshot.id === bug.test_feature.id)?.feature_id).toBe(
        bug.test_feature.feature_id,
      );
    }
  });

  test('rejected bugs name their reason in a comment, one in ten does not', async () => {
    const { bugs } = await account;
    const reasons = (await call(await sandbox, '/bugs/reject_reasons')).json.reject_reasons.map(
      (r: { default_comment: string }) => r.default_comment,
    );
    const rejected = bugs.filter((bug) => bug.status === 'rejected');
    const named = rejected.filter((bug) =>
      bug.comments.some((c) => reasons.some((text: string) => c.body.includes(text))),
    );
    expect(named.length / rejected.length).toBeGreaterThan(0.86);
    expect(named.length / rejected.length).toBeLessThan(0.94);
    for (const text of reasons) {
      expect(named.some((bug) => bug.comments.some((comment) => comment.body.includes(text)))).toBe(true);
    }
    expect(rejected.some((bug) => bug.comments.some((comment) => comment.body.startsWith('Rejected: ')))).toBe(true);
    expect(rejected.some((bug) => bug.comments.length > 2)).toBe(true);
    const accepted = bugs.filter((bug) => bug.status !== 'rejected');
    expect(accepted.some((bug) => bug.comments.some((c) => reasons.includes(c.body)))).toBe(false);
  });
});
