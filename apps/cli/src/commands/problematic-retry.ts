import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { count } from '../numbers.ts';
import type { Output } from '../output.ts';
import { type Session, withSession } from '../session.ts';
import { readRecords } from './problematic-records.ts';
import { endOf, showRecord, syncShown } from './sync.ts';

export interface RetryOptions {
  /** Id or title of a product; all when absent. */
  readonly product?: string | undefined;
  /** Seconds to wait for another process that is syncing the same store. */
  readonly wait?: number | undefined;
}

/**
 * Tries again what could not be read, by a sync of the products it is of: what can be read by now closes its record by itself.
 * Exit codes as of `sync`.
 */
export function retryProblematic(invocation: Invocation, { product, wait }: RetryOptions): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, { token: true, fills: false }, async (session) => {
    const before = await openProblems(session, product);
    if (before.total === 0) return nothingOpen(output);
    const record = await syncShown(output, session, { productIds: before.productIds, wait });
    if (record === null) return EXIT.busy;
    const { total: remaining } = await openProblems(session, product);
    if (output.json) {
      output.printJson({ tried: before.total, remaining, run: record });
    } else {
      showRecord(output, record);
      output.print(`Tried again: ${count(before.total, 'thing')}; ${count(remaining)} still cannot be read.`);
    }
    return endOf(record, session);
  });
}

/** Undefined products: something is not of one product, so all are tried. */
async function openProblems(session: Session, product: string | undefined) {
  const records = await readRecords(session, { product });
  const ids = records.map((record) => record.product?.id);
  const named = ids.filter((id) => id !== undefined);
  return { total: records.length, productIds: named.length < ids.length ? undefined : [...new Set(named)] };
}

function nothingOpen(output: Output): number {
  if (output.json) output.printJson({ tried: 0, remaining: 0, run: null });
  else output.print('There is nothing that could not be read.');
  return EXIT.done;
}
