import type { SandboxState } from '@testio-mcp/sandbox';
import type { ApiAccount, ApiBug, ApiProduct, ApiTest } from './account.ts';

/** What a question leaves open, and what its answer must hold. */
interface Facts {
  readonly given?: Record<string, unknown>;
  readonly answer: Record<string, unknown>;
}

/** What the API says, and what the sandbox says about itself. */
export interface Known {
  readonly account: ApiAccount;
  readonly state: SandboxState;
  readonly now: number;
}

const WINDOW_MS = 10 * 24 * 3_600_000;
const SEVERITY_ORDER = ['critical', 'high', 'low', 'visual', 'content', 'custom'];

/** The right answers by question, counted one by one from what the API says. */
export const FACTS: Readonly<Record<string, (known: Known) => Facts>> = {
  'second-hundred-archived'({ account }) {
    const mobile = account.products.filter(({ type }) => type.startsWith('mobile_app_'));
    const product = only(sortedBy(mobile, (each) => -testsOf(account, each).length));
    const archived = sortedBy(
      testsOf(account, product).filter(({ status }) => status === 'archived'),
      (test) => -endOf(test),
      (test) => -test.id,
    );
    return { answer: { ids: archived.slice(100, 200).map(({ id }) => id), total: archived.length } };
  },

  'why-rejected'({ account }) {
    const reasonOf = (bug: ApiBug) =>
      account.reasons.find((reason) => bug.comments.some(({ body }) => body.includes(reason.default_comment)))?.key;
    for (const test of account.tests) {
      const rejected = account.bugs.filter((bug) => bug.test.id === test.id && bug.status === 'rejected');
      const [worst, next] = sortedBy(rejected, ({ severity }) => SEVERITY_ORDER.indexOf(severity ?? 'custom'));
      const reason = worst === undefined ? undefined : reasonOf(worst);
      const isClear = account.tests.filter(({ title }) => title.includes(test.title)).length === 1;
      if (worst === undefined || next === undefined || worst.severity === next.severity) continue;
      if (reason === undefined || !isClear) continue;
      return { given: { test: test.title }, answer: { bug: worst.id, severity: worst.severity, reason } };
    }
    throw new Error('No test has one most severe rejected bug with a reason.');
  },

  'is-the-data-current'({ state, now }) {
    const { counts, poisoned } = state;
    return {
      answer: { counts, whole: poisoned.length === 0, unreadable: poisoned.length, asOf: iso(now) },
    };
  },

  'most-active-testers'({ account }) {
    const ranked = sortedBy([...countBy(account.bugs, ({ author }) => author?.name)], ([, bugs]) => -bugs);
    return {
      answer: { names: ranked.slice(0, 5).map(([name]) => name), bugs: ranked.slice(0, 5).map(([, bugs]) => bugs) },
    };
  },

  'what-runs-now'({ account }) {
    const running = sortedBy(runningTests(account), endOf, ({ id }) => id);
    const [next] = running;
    return {
      answer: { ids: running.map(({ id }) => id), total: running.length, next: next && iso(endOf(next)) },
    };
  },

  'next-automatic-acceptance'({ account }) {
    const open = account.bugs.filter(({ status }) => status === 'forwarded');
    const due = ({ reported_at }: ApiBug) => (reported_at === null ? Infinity : Date.parse(reported_at) + WINDOW_MS);
    const next = only(sortedBy(open, due));
    return { answer: { bug: next.id, at: iso(due(next)), total: open.length } };
  },

  'rejection-rate'({ account }) {
    const product = account.products[1] as ApiProduct;
    const bugs = bugsOf(account, product);
    const rejected = bugs.filter(({ status }) => status === 'rejected');
    return { given: { product: product.name }, answer: { rejected: rejected.length, all: bugs.length } };
  },

  'worst-feature'({ account }) {
    for (const product of account.products) {
      const bugs = countBy(bugsOf(account, product), ({ test_feature }) => test_feature?.feature_id);
      const [worst, next] = sortedBy([...bugs], ([, count]) => -count);
      if (worst === undefined || worst[1] === next?.[1]) continue;
      return { given: { product: product.name }, answer: { feature: worst[0], bugs: worst[1] } };
    }
    throw new Error('No product has one feature with the most bugs.');
  },

  'pressing-bugs-of-running-tests'({ account }) {
    const running = new Set(runningTests(account).map(({ id }) => id));
    const pressing = account.bugs.filter(
      ({ test, status, severity }) =>
        running.has(test.id) && status === 'forwarded' && ['critical', 'high'].includes(severity ?? ''),
    );
    const ids = sortedBy(pressing, ({ id }) => id).map(({ id }) => id);
    return { answer: { ids, total: ids.length } };
  },

  'by-tracker-key'({ account }) {
    const keys = countBy(account.bugs, ({ external_idx }) => external_idx ?? undefined);
    const bug = account.bugs.find(
      (each) => each.external_idx !== null && keys.get(each.external_idx) === 1 && !/^\d+$/.test(each.external_idx),
    );
    if (bug === undefined) throw new Error('No bug has a tracker key of its own.');
    return { given: { key: bug.external_idx }, answer: { bug: bug.id, status: statusOf(bug), test: bug.test.id } };
  },

  'who-reported-it'({ account }) {
    const bug = account.bugs.find(
      ({ title, author }) => author !== null && account.bugs.filter((each) => each.title.includes(title)).length === 1,
    );
    if (bug === undefined) throw new Error('No bug has a title of its own.');
    const name = bug.author?.name;
    return {
      given: { title: bug.title },
      answer: { name, bugs: account.bugs.filter(({ author }) => author?.name === name).length },
    };
  },

  'known-bugs'({ account }) {
    const known = account.bugs.filter((bug) => bug.known === true);
    return {
      answer: { known: known.length, critical: known.filter(({ severity }) => severity === 'critical').length },
    };
  },
};

function testsOf({ tests }: ApiAccount, { id }: ApiProduct): ApiTest[] {
  return tests.filter(({ product }) => product.id === id);
}

function bugsOf(account: ApiAccount, product: ApiProduct): ApiBug[] {
  const tests = new Set(testsOf(account, product).map(({ id }) => id));
  return account.bugs.filter(({ test }) => tests.has(test.id));
}

function runningTests({ tests }: ApiAccount): ApiTest[] {
  return tests.filter(({ status }) => status === 'running');
}

function statusOf({ status, auto_accepted }: ApiBug): string {
  if (status === 'forwarded') return 'open';
  return status === 'accepted' && auto_accepted === true ? 'auto_accepted' : String(status);
}

function endOf({ end_at }: ApiTest): number {
  return end_at === null ? Number.NEGATIVE_INFINITY : Date.parse(end_at);
}

function iso(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

function countBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key | undefined): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function sortedBy<Item>(items: readonly Item[], ...keys: ((item: Item) => number)[]): Item[] {
  return items.toSorted((a, b) => keys.map((key) => key(a) - key(b)).find((difference) => difference !== 0) ?? 0);
}

function only<Item>([first]: readonly Item[]): Item {
  if (first === undefined) throw new Error('The account has none of these.');
  return first;
}
