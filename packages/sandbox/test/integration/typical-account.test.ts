import { type Sandbox, startSandbox } from '@testio-mcp/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { call, NOW } from '../sandbox-client.ts';

interface Bug {
  id: number;
  title: string;
  status: string;
  severity: string | null;
  auto_accepted?: boolean | null;
  reported_at: string | null;
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
