import { TestioError } from '@testio-mcp/domain';
import { idList, type ReadScope } from '@testio-mcp/persistence';
import type { Missing } from '../trust/shape.ts';

/**
 * Says which of the tests the store does not have.
 *
 * @throws TestioError `test_not_found` when it has none of them
 */
export async function requireTests(db: ReadScope['db'], ids: readonly number[]): Promise<Missing[]> {
  const known = await db
    .selectFrom('tests')
    .select('id')
    .where('id', 'in', idList(ids))
    .where('deleted_at', 'is', null)
    .execute();
  const has = new Set(known.map(({ id }) => id));
  const unknown = ids.filter((id) => !has.has(id));
  if (unknown.length === 0) return [];
  const why = `Not in the store: ${unknown.slice(0, 20).join(', ')}${unknown.length > 20 ? ' and more' : ''}.`;
  if (unknown.length < ids.length) return [{ what: 'tests', count: unknown.length, why }];
  throw new TestioError({
    kind: 'not_found',
    code: 'test_not_found',
    message: `None of these tests is in the store. ${why}`,
    next: 'Find the right ids with list_tests, or run a sync if the tests are new: testio-mcp sync.',
    field: 'test_ids',
    received: ids,
  });
}
