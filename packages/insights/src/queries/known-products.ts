import { idList, type ReadScope } from '@testio-mcp/persistence';
import { type Titled, toTitled } from '../shapes/titled.ts';
import { requireProduct } from './product.ts';

type Db = ReadScope['db'];

/**
 * Living products by id and title.
 *
 * @throws TestioError `product_not_found` for the first that the store does not have
 */
export async function requireProducts(db: Db, ids: readonly number[]): Promise<Titled[]> {
  const products = await livingProducts(db, ids);
  const missing = ids.find((id) => !products.has(id));
  if (missing !== undefined) await requireProduct(db, missing);
  return [...products.values()];
}

/** Those of these products that live. */
export async function livingProducts(db: Db, ids: readonly number[]): Promise<Map<number, Titled>> {
  const products = await db
    .selectFrom('products')
    .select(['id', 'title'])
    .where('id', 'in', idList(ids))
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
  return new Map(products.map(({ id, title }) => [id, toTitled(id, title)]));
}
