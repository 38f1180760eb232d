import { presentProduct } from '../present/product.ts';
import { idsParam } from './query.ts';
import { type ApiRequest, productOf } from './request.ts';

/** `GET /products` (customer-api 8.1). */
export function listProducts({ account, query }: ApiRequest): object {
  const ids = idsParam(query, 'filter[product_ids]', 'filter[product_ids][]');
  const products = account.listProducts().filter((product) => ids?.has(product.id) ?? true);
  return { products: products.map(presentProduct) };
}

/** `GET /products/{product_id}` (customer-api 8.2). */
export function readProduct(request: ApiRequest): object {
  return { product: presentProduct(productOf(request)) };
}
