import type { Test } from '@testio-mcp/domain';
import { idList } from '@testio-mcp/persistence';
import pLimit from 'p-limit';
import type { Run } from './run.ts';
import { isGone, troubleOf } from './trouble.ts';

/** Single reads at a time. */
const AT_A_TIME = 5;

export interface Confirmed {
  /** Still there: they slipped from one page to another while the list was read. */
  readonly found: readonly Test[];
  /** Ids of which the API did not say whether they are still there. */
  readonly unsure: readonly number[];
}

/**
 * Asks one by one for stored tests of a product that its list did not name. Pages shift while a list is read
 * (customer-api 4): when a test vanishes from a page already read, another one slips to it from the next page and is seen on
 * neither. Only a test that the API no longer has is really gone.
 */
export async function confirmMissing(run: Run, productId: number, seen: ReadonlySet<number>): Promise<Confirmed> {
  const stored = await run.read(({ db }) =>
    db
      .selectFrom('tests')
      .select('id')
      .where('product_id', '=', productId)
      .where('deleted_at', 'is', null)
      .where('id', 'not in', idList(seen))
      .execute(),
  );
  const found: Test[] = [];
  const unsure: number[] = [];
  await pLimit(AT_A_TIME).map(stored, async ({ id }) => {
    try {
      const test = await run.ask(() => run.api.getTest(id, { signal: run.signal }));
      if ((test.productId ?? productId) === productId) found.push(test);
    } catch (thrown) {
      const error = run.judge(thrown);
      if (isGone(error)) return;
      if (troubleOf(error) === 'run') throw error;
      unsure.push(id);
    }
  });
  return { found, unsure };
}
