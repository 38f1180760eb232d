import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bug, type Clock, type EpochMs, type Product, type Test, TestioError } from '@testio-mcp/domain';
import {
  finishTestList,
  openStore,
  type Store,
  saveBugs,
  saveFeatures,
  saveProducts,
  saveTestDetails,
  saveTests,
  type WriteScope,
} from '@testio-mcp/persistence';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type Answer, callOperation, type OperationContext } from '../../src/index.ts';
import { expectPublishedShape } from './published-shape.ts';

export const NOW = Date.UTC(2026, 2, 17, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface HandClock extends Clock {
  set(instant: EpochMs): void;
}

export interface Rig {
  readonly store: Store;
  readonly clock: HandClock;
  /** Statements so far, without transaction control. Tests empty it. */
  readonly statements: string[];
  context(changes?: Partial<OperationContext>): OperationContext;
  call(name: string, input?: unknown, changes?: Partial<OperationContext>): Promise<Answer>;
  /** The structured answer. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read members of many answers; a missing one fails the assertion
  ask(name: string, input?: unknown, changes?: Partial<OperationContext>): Promise<any>;
  /** The error that the call must end with. */
  refuse(name: string, input?: unknown, changes?: Partial<OperationContext>): Promise<TestioError>;
  write<T>(fn: (scope: WriteScope) => Promise<T>): Promise<T>;
  /** Writes what is there already, so that nothing is remembered any more. */
  touch(): Promise<void>;
  /** Writes products as a complete list of the account. */
  products(...products: Product[]): Promise<void>;
  /** Writes tests of a product as its complete list. */
  tests(productId: number, ...tests: Test[]): Promise<void>;
  /** Writes all bugs of these tests. */
  bugs(testIds: readonly number[], ...bugs: Bug[]): Promise<void>;
  details(productId: number, test: Test): Promise<void>;
  features(productId: number, ...features: Parameters<typeof saveFeatures>[2]): Promise<void>;
}

/** An empty store on a clock that stands at NOW, and everything to fill and ask it. It is gone with the test. */
export async function rig(): Promise<Rig> {
  const { own, close } = await openRig();
  onTestFinished(close);
  return own;
}

/** One filled store for all tests of a file, which must not change it. */
export function sharedRig(fill: (own: Rig) => Promise<void>): () => Rig {
  let opened: Awaited<ReturnType<typeof openRig>> | undefined;
  beforeAll(async () => {
    opened = await openRig();
    await fill(opened.own);
  });
  afterAll(() => opened?.close());
  return () => {
    if (opened === undefined) throw new Error('The store is there only while tests run.');
    return opened.own;
  };
}

/** A migrated, empty store to copy: migrating takes longer than most tests. */
let template: Promise<Buffer> | undefined;

async function emptyStore(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'testio-insights-'));
  try {
    const file = join(folder, 'template.db');
    await (await openStore({ file })).close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openRig(): Promise<{ own: Rig; close: () => Promise<void> }> {
  template ??= emptyStore();
  const folder = mkdtempSync(join(tmpdir(), 'testio-insights-'));
  writeFileSync(join(folder, 'store.db'), await template);
  let now = NOW;
  const clock: HandClock = {
    now: () => now,
    set: (instant) => {
      now = instant;
    },
  };
  const statements: string[] = [];
  const store = await openStore({
    file: join(folder, 'store.db'),
    clock,
    onStatement: (sql) => {
      if (!/^(begin|commit|rollback|pragma)|sqlite_schema/i.test(sql)) statements.push(sql);
    },
  });
  const close = async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
    if (store.unitsInFlight !== 0) throw new Error(`${store.unitsInFlight} units of work were left open`);
  };
  const context = (changes: Partial<OperationContext> = {}): OperationContext => ({
    store,
    clock,
    signal: new AbortController().signal,
    limits: { defaultPageSize: 50 },
    program: { version: '1.2.3', customer: 'acme', apiBaseUrl: 'https://api.example/customer/v2' },
    ...changes,
  });
  const write: Rig['write'] = (fn) => store.write(fn);
  const own: Rig = {
    store,
    clock,
    statements,
    context,
    async call(name, input, changes) {
      const answer = await callOperation(context(changes), name, input);
      expectPublishedShape(answer);
      return answer;
    },
    ask: async (name, input, changes) => (await own.call(name, input, changes)).output,
    async refuse(name, input, changes) {
      try {
        await callOperation(context(changes), name, input);
      } catch (thrown) {
        if (thrown instanceof TestioError) return thrown;
        throw thrown;
      }
      throw new Error(`${name} answered instead of refusing`);
    },
    write,
    async touch() {
      await write(({ db }) => db.updateTable('account').set('id', 1).where('id', '=', 1).execute());
    },
    async products(...products) {
      await write((scope) => saveProducts(scope, products, { complete: true }));
    },
    async tests(productId, ...tests) {
      await write(async (scope) => {
        await saveTests(scope, productId, tests);
        await finishTestList(scope, productId, { seenTestIds: tests.map(({ id }) => id), failedPositions: 0 });
      });
    },
    async bugs(testIds, ...bugs) {
      await write((scope) => saveBugs(scope, testIds, bugs, []));
    },
    async details(productId, test) {
      await write((scope) => saveTestDetails(scope, productId, test));
    },
    async features(productId, ...features) {
      await write((scope) => saveFeatures(scope, productId, features, { complete: true }));
    },
  };
  return { own, close };
}
