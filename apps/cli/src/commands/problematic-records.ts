import { TestioError, toTestioError } from '@testio-mcp/domain';
import { z } from 'zod';
import { EXIT } from '../exit-code.ts';
import { fail } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { count } from '../numbers.ts';
import { type Session, withSession } from '../session.ts';

const failure = z.object({ id: z.int(), product: z.object({ id: z.int(), title: z.string().nullable() }).optional() });
const problems = z.object({ failures: z.array(failure), next_cursor: z.string().nullable() });
const summary = z.object({ test: z.object({ id: z.int(), product: z.object({ id: z.int() }) }) });

/** Records of what could not be read: of one product, closed ones too where they are asked for. */
export async function readRecords({ runtime }: Session, filter: { product?: string | undefined; closed?: boolean }) {
  const input = {
    per_page: 200,
    ...(filter.product === undefined ? {} : { product_id: filter.product }),
    ...(filter.closed === true ? { include_closed: true } : {}),
  };
  const records: z.infer<typeof failure>[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const asked = cursor === '' ? input : { ...input, cursor };
    const page = problems.parse((await runtime.call('get_problematic_tests', asked)).output);
    records.push(...page.failures);
    cursor = page.next_cursor;
  }
  return records;
}

/**
 * Reads tests by their ids that stand where the test list cannot be read, as Test IO support names them. What can be read is in
 * the local copy from then on. The place in the list stays recorded until the list itself can be read there.
 */
export function mapProblematic(invocation: Invocation, record: number, testIds: readonly number[]): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, { token: true, fills: false }, async (session) => {
    const records = await readRecords(session, { closed: true });
    const found = records.find(({ id }) => id === record);
    if (found === undefined) throw noSuchRecord(record, records);
    const read: number[] = [];
    const unread: { test_id: number; why: string }[] = [];
    for (const testId of testIds) {
      try {
        const input = { test_id: testId, freshness: 'now' };
        const { test } = summary.parse((await session.runtime.call('get_test_summary', input)).output);
        const isOfProduct = found.product === undefined || test.product.id === found.product.id;
        if (isOfProduct) read.push(testId);
        else unread.push({ test_id: testId, why: `It is a test of product ${test.product.id}.` });
      } catch (thrown) {
        const { message } = toTestioError(thrown);
        unread.push({ test_id: testId, why: message });
      }
    }
    if (output.json) output.printJson({ record, read, unread });
    else {
      output.print(`${count(read.length, 'test')} read by id${read.length === 0 ? '' : `: ${read.join(', ')}`}.`);
      for (const { test_id, why } of unread) output.complain(`  - test ${test_id}: ${why}`);
    }
    return unread.length === 0 ? EXIT.done : EXIT.partial;
  });
}

/**
 * Forgets the records of what could not be read. What they are of counts as never read until the next sync, which reads it anew;
 * so answers stay honest. Without `yes` it only says what it would forget.
 */
export function clearProblematic(
  invocation: Invocation,
  { product, yes }: { readonly product?: string | undefined; readonly yes?: boolean | undefined },
): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, { token: false, fills: false }, async (session) => {
    const records = await readRecords(session, { product, closed: true });
    if (yes !== true && records.length > 0) {
      throw new TestioError({
        kind: 'validation',
        code: 'not_confirmed',
        message: `${count(records.length, 'record')} would be forgotten, and what they are of be read anew by the next sync.`,
        next: 'Say --yes to do it.',
        field: 'yes',
      });
    }
    const ids = records.flatMap(({ product: own }) => (own === undefined ? [] : [own.id]));
    const { forgetProblems } = await import('@testio-mcp/sync-engine');
    try {
      const forgotten = await forgetProblems(session.runtime.store, product === undefined ? null : [...new Set(ids)]);
      if (output.json) output.printJson(forgotten);
      else output.print(`Forgotten: ${forgotten.open} open, ${forgotten.closed} closed. The next sync reads anew.`);
      return EXIT.done;
    } catch (thrown) {
      if (toTestioError(thrown).kind !== 'busy') throw thrown;
      fail(output, thrown);
      return EXIT.busy;
    }
  });
}

function noSuchRecord(id: number, records: readonly { readonly id: number }[]): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'no_such_record',
    message: `There is no record ${id} of something that could not be read.`,
    next: 'Take the id from testio-mcp problematic list.',
    field: 'event',
    received: id,
    accepted: records.slice(0, 20).map((record) => record.id),
  });
}
