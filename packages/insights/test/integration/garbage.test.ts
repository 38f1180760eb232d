import { env } from 'node:process';
import { TestioError } from '@testio-mcp/domain';
import type { SyncPlan, SyncRunRecord } from '@testio-mcp/sync-engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operations, publishedTool } from '../../src/index.ts';
import { codePoint } from '../support/code-point.ts';
import { bug, exploratoryTest, product } from '../support/entities.ts';
import { DAY, NOW, sharedRig } from '../support/rig.ts';

/** Values that callers send: right, nearly right, and anything at all. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    1,
    10,
    '10',
    -1,
    1.5,
    2 ** 60,
    true,
    'true',
    'asc',
    'id',
    'title',
    'running',
    'open',
    'Shop',
    '',
  ),
  fc.constantFrom<unknown>(
    '[',
    '[1,"2"]',
    'a,b',
    '*',
    "'",
    '"',
    '%',
    '\u0000',
    '\uD800',
    '\u202E',
    'last 30 days',
    null,
  ),
  fc.array(fc.oneof(fc.integer(), fc.string(), fc.constantFrom('running', 'open', 'high', 'Shop')), { maxLength: 3 }),
  fc.string({ unit: codePoint, maxLength: 300 }),
  fc.anything(),
);

/** Inputs of each tool. Ten thousand take minutes. */
const RUNS = Number(env.RANDOM_INPUTS ?? 60);

/** What a store holds beside its columns, and no answer may show. */
const CREDENTIAL = 'hunter2-not-to-be-seen';

interface Published {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Published;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Values as the published schema of a parameter allows them. */
function fitting({ type, enum: words, items, minimum = -100, maximum = 1_000_000 }: Published): fc.Arbitrary<unknown> {
  if (words !== undefined) return fc.constantFrom(...words);
  if (type === 'array') return fc.array(fitting(items ?? {}), { minLength: 1, maxLength: 4 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'object') return fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 2 });
  if (type === 'integer' || type === 'number') {
    return fc.oneof(
      fc.constantFrom(1, 5, 10).map((id) => Math.max(minimum, id)),
      fc.integer({ min: minimum, max: maximum }),
    );
  }
  const text = fc.constantFrom(
    'last 30 days',
    'all',
    'Shop',
    'Smoke',
    'heron',
    'bug',
    '2026-03-17',
    'severity',
    'bug_count',
  );
  return fc.oneof(text, fc.string({ maxLength: 20 }));
}

/** Inputs as the published schema allows them, some of their members replaced. */
function fittingInput(members: Readonly<Record<string, Published>>, spoilt?: fc.Arbitrary<unknown>) {
  const good = Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, fitting(schema)]));
  const whole = fc.record(good, { requiredKeys: [] });
  if (spoilt === undefined) return whole;
  const bad = fc.dictionary(fc.constantFrom('nothing', ...Object.keys(members)), spoilt, { maxKeys: 1 });
  return fc.tuple(whole, bad).map(([kept, replaced]) => ({ ...kept, ...replaced }));
}

const QUIET: SyncRunRecord = {
  ...{ id: 1, status: 'completed', mode: 'incremental', started_at: '', finished_at: '', duration_ms: 0, requests: 0 },
  ...{ rows_written: 0, outcomes: [], failures: [], error: null },
};
const NOTHING_DUE: SyncPlan = { mode: 'incremental', ever_synced: true, requests: 0, phases: [] };

describe('no input, however wrong, looks like an internal error', () => {
  const own = sharedRig(async (each) => {
    await each.products(product({ id: 1, title: 'Shop' }));
    const raw = { test_environment: { id: 22, title: 'Staging', password: CREDENTIAL }, token: CREDENTIAL };
    const environment = { id: 22, title: 'Staging' };
    await each.tests(1, exploratoryTest({ id: 10, title: 'Smoke', environment, raw, startAt: NOW - DAY, endAt: NOW }));
    await each.bugs([10], bug({ id: 5, testId: 10, reportedAt: NOW - DAY, author: 'heron', raw }));
  });

  test.each(operations.map(({ name }) => name))('%s', { timeout: 20_000 + RUNS * 10 }, async (name) => {
    const operation = operations.find((each) => each.name === name);
    const members = operation === undefined ? {} : publishedTool(operation).inputSchema.properties;
    const garbage = fc.dictionary(fc.constantFrom('nothing', ...Object.keys(members)), value, { maxKeys: 4 });
    const input = fc.oneof(
      garbage,
      fittingInput(members),
      fittingInput(members, fc.oneof(value, fc.constant(undefined))),
    );
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        try {
          const { output, text } = await own().call(name, given, {
            sync: () => Promise.resolve(QUIET),
            planSync: () => Promise.resolve(NOTHING_DUE),
          });
          expect(JSON.stringify(output) + text).not.toContain(CREDENTIAL);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TestioError);
          const { kind, code, message, next } = (thrown as TestioError).facts;
          expect(JSON.stringify((thrown as TestioError).report())).not.toContain(CREDENTIAL);
          // A report that is to be written has no folder here.
          const kinds = [
            'validation',
            'not_found',
            'ambiguous',
            ...(code === 'no_reports_folder' ? ['configuration'] : []),
          ];
          expect(kinds, `${code}: ${message}`).toContain(kind);
          expect(next).toBeTruthy();
        }
      }),
      { numRuns: RUNS },
    );
  });
});
