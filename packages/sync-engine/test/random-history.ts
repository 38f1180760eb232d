import type { FaultRule, Sandbox, SandboxEdit } from '@testio-mcp/sandbox';

/** Small numbers that look random and are the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)];
  }
}

/**
 * What a history may do: anything that the sandbox allows; what Test IO does; or of that only what a sync has to find without
 * reading whole lists: new tests that end last, and whatever happens to tests whose status can still change.
 */
export type Manners = 'wild' | 'plausible' | 'lively';

const NEXT_STATUS: Readonly<Record<string, readonly string[]>> = {
  initialized: ['waiting', 'running', 'cancelled'],
  waiting: ['running', 'cancelled'],
  running: ['locked', 'customer_finalized', 'archived', 'cancelled'],
  locked: ['customer_finalized', 'archived'],
  customer_finalized: ['archived', 'locked'],
};
const ALL_STATUSES = [...Object.keys(NEXT_STATUS), 'archived', 'cancelled', 'brand_new_status'];
const WORKED_ON = new Set(['running', 'locked', 'customer_finalized']);
const DAY = 86_400_000;

interface ListedTest {
  readonly id: number;
  readonly status: string;
}
interface ListedBug {
  readonly id: number;
  readonly status: string;
}

/** Edits a sandbox at random, by what its API shows. */
export class History {
  readonly #dice: Dice;
  readonly #sandbox: Sandbox;
  readonly #manners: Manners;
  readonly #now: number;
  /** Tests of the beginning: all later ones are new. */
  #original: ReadonlySet<number> = new Set();

  constructor(sandbox: Sandbox, dice: Dice, manners: Manners) {
    this.#sandbox = sandbox;
    this.#dice = dice;
    this.#manners = manners;
    this.#now = Date.parse(sandbox.now);
  }

  /** Makes one product long: tests that ended long ago, so that its list has several pages to spare. */
  lengthen(productId: number, tests: number): void {
    const edits = Array.from({ length: tests }, (_, index): SandboxEdit => {
      const set = { status: index % 19 === 7 ? 'locked' : 'archived', end_at: this.#instant(-(20 + index * 9)) };
      return { op: 'add', kind: 'test', parent: productId, set };
    });
    this.#sandbox.edit(edits);
  }

  /** From here on tests count as new. */
  begin(): void {
    this.#original = new Set(this.#sandbox.state().ids.tests);
  }

  async step(): Promise<void> {
    const dice = this.#dice;
    const kinds = ['test', 'test', 'test', 'bug', 'bug', 'bug', 'add_test', 'delete_test', 'feature'];
    if (this.#manners !== 'lively') kinds.push('poison', 'cure');
    if (dice.chance(0.04)) kinds.push('product');
    const edit = await this.#edit(dice.pick(kinds) ?? 'test');
    if (edit !== null) this.#sandbox.edit([edit]);
  }

  async #edit(kind: string): Promise<SandboxEdit | null> {
    const dice = this.#dice;
    const { ids, poisoned } = this.#sandbox.state();
    const product = dice.pick(ids.products) ?? 0;
    switch (kind) {
      case 'test':
        return this.#changeTest();
      case 'bug':
        return this.#editBug();
      case 'add_test':
        return { op: 'add', kind: 'test', parent: product, set: this.#newTest() };
      case 'delete_test': {
        const id = this.#manners === 'lively' ? (await this.#someTest())?.id : dice.pick([...ids.tests, ...poisoned]);
        return id === undefined ? null : { op: 'delete', kind: 'test', id };
      }
      case 'poison':
        return poisoned.length >= 3 ? null : { op: 'poison', id: dice.pick(ids.tests) ?? 0 };
      case 'cure':
        return poisoned.length === 0 ? null : { op: 'cure', id: dice.pick(poisoned) ?? 0 };
      case 'feature': {
        const id = dice.pick(ids.features);
        if (id === undefined || dice.chance(0.4))
          return { op: 'add', kind: 'feature', parent: product, set: { title: this.#text() } };
        return dice.chance(0.3)
          ? { op: 'delete', kind: 'feature', id }
          : { op: 'change', kind: 'feature', id, set: { title: this.#text() } };
      }
      default:
        if (ids.products.length > 2 && dice.chance(0.4)) return { op: 'delete', kind: 'product', id: product };
        return dice.chance(0.5)
          ? { op: 'add', kind: 'product', set: { name: this.#text() } }
          : { op: 'change', kind: 'product', id: product, set: { name: this.#text() } };
    }
  }

  #newTest(): Record<string, unknown> {
    const isLively = this.#manners === 'lively';
    const status = this.#dice.pick(isLively ? Object.keys(NEXT_STATUS) : ALL_STATUSES.slice(0, -1)) ?? 'running';
    const endAt = this.#dice.chance(0.15) ? null : this.#instant(isLively ? 9 : 5 - this.#dice.below(400));
    return {
      status,
      title: this.#text(),
      end_at: endAt,
      start_at: this.#dice.chance(0.3) ? null : this.#instant(-this.#dice.below(500)),
    };
  }

  async #changeTest(): Promise<SandboxEdit | null> {
    const dice = this.#dice;
    const test = await this.#someTest();
    if (test === undefined) return null;
    const set: Record<string, unknown> = {};
    if (dice.chance(0.6)) {
      const next = this.#manners === 'wild' ? dice.pick(ALL_STATUSES) : dice.pick(NEXT_STATUS[test.status] ?? []);
      if (next !== undefined) set.status = next;
    }
    const isNew = this.#manners === 'lively' && !this.#original.has(test.id);
    if (dice.chance(0.3)) set.end_at = dice.chance(0.1) ? null : this.#instant(isNew ? 9 : 10 - dice.below(400));
    if (dice.chance(0.4) || Object.keys(set).length === 0) set.title = this.#text();
    return { op: 'change', kind: 'test', id: test.id, set };
  }

  async #editBug(): Promise<SandboxEdit | null> {
    const dice = this.#dice;
    const test = await this.#someTest();
    if (test === undefined) return null;
    const isFree = this.#manners === 'wild' || WORKED_ON.has(test.status);
    if (isFree && dice.chance(0.35)) return { op: 'add', kind: 'bug', parent: test.id, set: { title: this.#text() } };
    const bugs = await this.#bugsOf(test.id);
    // Of a test that is over, only bugs that are still undecided change.
    const bug = dice.pick(isFree ? bugs : bugs.filter((one) => one.status === 'forwarded'));
    if (bug === undefined) return null;
    if (isFree && dice.chance(0.15)) return { op: 'delete', kind: 'bug', id: bug.id };
    const status = dice.pick(['accepted', 'rejected']) ?? 'accepted';
    const decided = { status, auto_accepted: status === 'accepted' && dice.chance(0.5) };
    return {
      op: 'change',
      kind: 'bug',
      id: bug.id,
      set: isFree && dice.chance(0.5) ? { title: this.#text() } : decided,
    };
  }

  /** A test that can be read; often one of the few that are not over. */
  async #someTest(): Promise<ListedTest | undefined> {
    const { ids } = this.#sandbox.state();
    const some = Array.from({ length: 5 }, () => this.#dice.pick(ids.tests)).filter((id) => id !== undefined);
    const tests = await Promise.all(some.map((id) => this.#test(id)));
    const lively = tests.filter((test) => NEXT_STATUS[test.status] !== undefined);
    if (this.#manners === 'lively') return lively[0];
    return this.#dice.pick(lively.length > 0 && this.#dice.chance(0.7) ? lively : tests);
  }

  async #test(id: number): Promise<ListedTest> {
    const { exploratory_test: test } = await this.#ask(`/exploratory_tests/${id}`);
    return { id, status: test.status };
  }

  async #bugsOf(testId: number): Promise<ListedBug[]> {
    return (await this.#ask(`/bugs?filter_test_cycle_ids=${testId}`)).bugs;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are read as the API sends them, by a reader of its own.
  async #ask(path: string): Promise<any> {
    const answer = await fetch(`${this.#sandbox.url}${path}`, {
      headers: { Authorization: `Token ${this.#sandbox.token}` },
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.json();
  }

  /** ISO text of a day, counted from the sandbox's. */
  #instant(day: number): string {
    return new Date(this.#now + day * DAY + this.#dice.below(86_400) * 1000).toISOString();
  }

  #text(): string {
    return `Text ${this.#dice.below(1_000_000)}`;
  }
}

const PATHS = [
  '/exploratory_tests',
  '/exploratory_tests/',
  '/bugs',
  '/features',
  '/products',
  '/user_story',
  '/reject_reasons',
];
const FAULTS = [
  'status:500',
  'status:503',
  'reset',
  'truncate',
  'garbage',
  'drift',
  'status:403',
  'status:401',
  '429:0',
];

/** Some trouble of the host. */
export function randomFault(dice: Dice): FaultRule {
  const match = { path: dice.pick(PATHS) ?? '/bugs', ...(dice.chance(0.5) ? { nth: 1 + dice.below(8) } : {}) };
  return { match, fault: dice.pick(FAULTS) ?? 'reset', times: 1 + dice.below(12) };
}
