import { type BugFacts, bugAuthor, bugFacts, bugId } from '../generate/bug-facts.ts';
import { type Execution, executionsOf, type StoryVersion, versionsOf } from '../generate/executions.ts';
import type { FeatureRecord, ProductRecord, StoryRecord, TestRecord } from './records.ts';

/** A bug of a test: derived from the seed, or added by an edit. */
export interface BugRecord {
  readonly id: number;
  readonly testId: number;
  /** Null for a bug that an edit added. */
  readonly facts: BugFacts | null;
  /** Members set by edits, in the API's names and spelling; they win over what is derived. */
  readonly edits: Readonly<Record<string, unknown>>;
}

type Edits = Readonly<Record<string, unknown>>;
const NO_EDITS: Edits = {};

/** Everything that the sandbox's customer owns. Texts, bugs and runs are derived on demand, so a large account stays small. */
export class Account {
  readonly root: number;
  readonly now: number;
  readonly products = new Map<number, ProductRecord>();
  readonly features = new Map<number, FeatureRecord>();
  readonly tests = new Map<number, TestRecord>();
  readonly poisoned = new Set<number>();
  /** Products and tests as they were made. Bugs, runs and texts are derived from these, so edits do not reshuffle them. */
  readonly productSeeds = new Map<number, ProductRecord>();
  readonly testSeeds = new Map<number, TestRecord>();
  readonly bugEdits = new Map<number, Edits>();
  readonly deletedBugs = new Set<number>();
  /** Bugs added by edits: bug id to test id. */
  readonly addedBugs = new Map<number, number>();
  readonly #order = new Map<number, readonly TestRecord[]>();
  #byFirstBugId: TestRecord[] | null = null;
  #versions: { byId: Map<number, StoryVersion>; byStory: Map<number, StoryVersion[]> } | null = null;
  #addedByTest: Map<number, number[]> | null = null;
  #binaryApps = 0;

  constructor(root: number, now: number) {
    this.root = root;
    this.now = now;
  }

  /** The id of a new binary app; every call hands out another one. */
  allocateBinaryApp(): number {
    this.#binaryApps += 1;
    return 900_000 + this.#binaryApps;
  }

  /** Forgets what was computed from the maps. Whoever changes them calls it. */
  touch(): void {
    this.#order.clear();
    this.#byFirstBugId = null;
    this.#versions = null;
    this.#addedByTest = null;
  }

  productSeed(id: number): ProductRecord {
    return must(this.productSeeds.get(id), 'product', id);
  }

  testSeed(test: TestRecord): TestRecord {
    return this.testSeeds.get(test.id) ?? test;
  }

  /** Products, ids ascending. */
  listProducts(): ProductRecord[] {
    return [...this.products.values()].sort(byId);
  }

  /** Features of a product, ids ascending; those of one section when it is named. */
  featuresOf(productId: number, sectionId?: number): FeatureRecord[] {
    return [...this.features.values()]
      .filter((f) => f.productId === productId && (sectionId === undefined || f.sectionIds.includes(sectionId)))
      .sort(byId);
  }

  /** A story by its id, wherever it belongs. */
  story(id: number): StoryRecord | undefined {
    for (const feature of this.features.values()) {
      const story = feature.stories.find((candidate) => candidate.id === id);
      if (story !== undefined) return story;
    }
    return undefined;
  }

  /** Tests of a product in the API's order: `end_at` descending, those without one first, then id descending (section 4). */
  testsOf(productId: number): readonly TestRecord[] {
    const known = this.#order.get(productId);
    if (known !== undefined) return known;
    if (this.#order.size === 0) this.#sortAll();
    const tests =
      this.#order.get(productId) ?? [...this.tests.values()].filter((t) => t.productId === productId).sort(newestFirst);
    this.#order.set(productId, tests);
    return tests;
  }

  #sortAll(): void {
    const groups = new Map<number, TestRecord[]>([...this.products.keys()].map((id) => [id, []]));
    for (const test of this.tests.values()) groups.get(test.productId)?.push(test);
    for (const [id, tests] of groups) this.#order.set(id, tests.sort(newestFirst));
  }

  /** Tests that can be read, ids ascending. */
  readableTests(): TestRecord[] {
    return [...this.tests.values()].filter((test) => !this.poisoned.has(test.id)).sort(byId);
  }

  /** Ids of a test's bugs, ascending. */
  bugIdsOf(test: TestRecord): number[] {
    const seed = this.testSeed(test);
    const ids = Array.from({ length: seed.bugCount }, (_, i) => bugId(this.root, seed, i)).filter(
      (id) => !this.deletedBugs.has(id),
    );
    return [...ids, ...this.#addedTo(test.id)].sort((a, b) => a - b);
  }

  /** A test's bugs, ids ascending. */
  bugsOf(test: TestRecord): BugRecord[] {
    const seed = this.testSeed(test);
    const bugs: BugRecord[] = [];
    for (let index = 0; index < seed.bugCount; index++) {
      const id = bugId(this.root, seed, index);
      if (!this.deletedBugs.has(id)) bugs.push(this.#derived(seed, id, index));
    }
    for (const id of this.#addedTo(test.id)) bugs.push(this.#added(id, test.id));
    return bugs.sort(byId);
  }

  #addedTo(testId: number): readonly number[] {
    if (this.#addedByTest === null) {
      this.#addedByTest = new Map();
      for (const [id, parent] of this.addedBugs)
        this.#addedByTest.set(parent, [...(this.#addedByTest.get(parent) ?? []), id]);
    }
    return this.#addedByTest.get(testId) ?? [];
  }

  #derived(seed: TestRecord, id: number, index: number): BugRecord {
    return {
      id,
      testId: seed.id,
      facts: bugFacts(this.root, this.now, seed, index),
      edits: this.bugEdits.get(id) ?? NO_EDITS,
    };
  }

  #added(id: number, testId: number): BugRecord {
    return { id, testId, facts: null, edits: this.bugEdits.get(id) ?? NO_EDITS };
  }

  /** A bug by its id, whether or not its test is poisoned. */
  bug(id: number): BugRecord | undefined {
    const addedTo = this.addedBugs.get(id);
    if (addedTo !== undefined) return this.#added(id, addedTo);
    if (this.deletedBugs.has(id)) return undefined;
    const test = this.#testOfSeededBug(id);
    if (test === undefined) return undefined;
    const seed = this.testSeed(test);
    for (let index = 0; index < seed.bugCount; index++) {
      if (bugId(this.root, seed, index) === id) return this.#derived(seed, id, index);
    }
    return undefined;
  }

  /** Bug ids of a test lie between its first one and the next test's first one. */
  #testOfSeededBug(id: number): TestRecord | undefined {
    this.#byFirstBugId ??= [...this.tests.values()]
      .filter((t) => t.bugCount > 0)
      .sort((a, b) => a.firstBugId - b.firstBugId);
    let low = 0;
    let high = this.#byFirstBugId.length - 1;
    let found: TestRecord | undefined;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const test = this.#byFirstBugId[middle] as TestRecord;
      if (test.firstBugId <= id) {
        found = test;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  /** Names of the testers who reported a test's bugs, without making the bugs. */
  reportersOf(test: TestRecord): Set<string> {
    const seed = this.testSeed(test);
    const names = new Set<string>();
    for (const id of this.addedBugs.keys())
      if (this.addedBugs.get(id) === test.id) addName(names, this.bugEdits.get(id));
    for (let index = 0; index < seed.bugCount; index++) {
      const id = bugId(this.root, seed, index);
      if (this.deletedBugs.has(id)) continue;
      const edits = this.bugEdits.get(id);
      if (edits !== undefined && 'author' in edits) {
        addName(names, edits);
        continue;
      }
      const name = bugAuthor(this.root, seed, index);
      if (name !== null) names.add(name);
    }
    return names;
  }

  /** Versions of stories in any test; only these, or only those of these stories, where ids are given. */
  versions(storyIds: ReadonlySet<number> | null, versionIds: ReadonlySet<number> | null): StoryVersion[] {
    const { byId, byStory } = this.#indexVersions();
    if (versionIds !== null) {
      const found = [...versionIds].flatMap((id) => byId.get(id) ?? []);
      return found.filter((version) => storyIds?.has(version.story.id) ?? true);
    }
    return storyIds === null ? [...byId.values()] : [...storyIds].flatMap((id) => byStory.get(id) ?? []);
  }

  #indexVersions(): { byId: Map<number, StoryVersion>; byStory: Map<number, StoryVersion[]> } {
    if (this.#versions !== null) return this.#versions;
    const byId = new Map<number, StoryVersion>();
    const byStory = new Map<number, StoryVersion[]>();
    for (const test of this.tests.values()) {
      for (const version of versionsOf(test)) {
        byId.set(version.versionId, version);
        const known = byStory.get(version.story.id);
        if (known === undefined) byStory.set(version.story.id, [version]);
        else known.push(version);
      }
    }
    this.#versions = { byId, byStory };
    return this.#versions;
  }

  /** Runs of one version, oldest first. Stories that an edit brought into a test have none. */
  executionsOf(version: StoryVersion): Execution[] {
    const seed = this.testSeed(version.test);
    const original = versionsOf(seed).find((candidate) => candidate.versionId === version.versionId);
    return original === undefined ? [] : executionsOf(this.root, this.productSeed(seed.productId), original);
  }
}

function addName(names: Set<string>, edits: Edits | undefined): void {
  const author = edits?.author;
  if (typeof author === 'object' && author !== null && 'name' in author && typeof author.name === 'string')
    names.add(author.name);
}

function byId(a: { readonly id: number }, b: { readonly id: number }): number {
  return a.id - b.id;
}

function newestFirst(a: TestRecord, b: TestRecord): number {
  if (a.endAt === b.endAt) return b.id - a.id;
  if (a.endAt === null) return -1;
  if (b.endAt === null) return 1;
  return b.endAt - a.endAt;
}

function must<T>(value: T | undefined, kind: string, id: number): T {
  if (value === undefined) throw new Error(`There is no ${kind} ${id}.`);
  return value;
}
