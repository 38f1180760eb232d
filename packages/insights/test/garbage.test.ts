import { TestioError } from '@testio-mcp/domain';
import type { SyncPlan, SyncRunRecord } from '@testio-mcp/sync-engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operations, publishedTool } from '../src/index.ts';
import { bug, exploratoryTest, product } from './support/entities.ts';
import { sharedRig } from './support/rig.ts';

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
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.anything(),
);

const QUIET: SyncRunRecord = {
  ...{ id: 1, status: 'completed', mode: 'incremental', started_at: '', finished_at: '', duration_ms: 0, requests: 0 },
  ...{ rows_written: 0, outcomes: [], failures: [], error: null },
};
const NOTHING_DUE: SyncPlan = { mode: 'incremental', ever_synced: true, requests: 0, phases: [] };

describe('no input, however wrong, looks like an internal error', () => {
  const own = sharedRig(async (each) => {
    await each.products(product({ id: 1, title: 'Shop' }));
    await each.tests(1, exploratoryTest({ id: 10, title: 'Smoke' }));
    await each.bugs([10], bug({ id: 5, testId: 10 }));
  });

  test.each(operations.map(({ name }) => name))('%s', async (name) => {
    const operation = operations.find((each) => each.name === name);
    const fields = Object.keys(operation === undefined ? {} : publishedTool(operation).inputSchema.properties);
    const input = fc.dictionary(fc.constantFrom('nothing', ...fields), value, { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(input, async (given) => {
        try {
          await own().call(name, given, {
            sync: () => Promise.resolve(QUIET),
            planSync: () => Promise.resolve(NOTHING_DUE),
          });
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TestioError);
          const { kind, code, message, next } = (thrown as TestioError).facts;
          expect(['validation', 'not_found', 'ambiguous'], `${code}: ${message}`).toContain(kind);
          expect(next).toBeTruthy();
        }
      }),
      { numRuns: 150 },
    );
  });
});
