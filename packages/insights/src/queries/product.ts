import { TestioError } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';

type Db = ReadScope['db'];

/**
 * A living product with the columns that answers show.
 *
 * @throws TestioError `product_not_found` when the store has no such product, or only a deleted one
 */
export async function requireProduct(db: Db, id: number) {
  const product = await db
    .selectFrom('products')
    .select(['id', 'title', 'type', 'description'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (product === undefined) throw await productNotFound(db, id);
  return product;
}

async function productNotFound(db: Db, id: number): Promise<TestioError> {
  const other = await db
    .selectFrom('products')
    .select('id')
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  const isEmpty = other === undefined;
  return new TestioError({
    kind: 'not_found',
    code: 'product_not_found',
    message: `The store has no product ${id}${isEmpty ? ', nor any other' : ''}.`,
    next: isEmpty ? 'Run a sync first: testio-mcp sync.' : 'Find the right id with list_products.',
    field: 'product_id',
    received: id,
  });
}
