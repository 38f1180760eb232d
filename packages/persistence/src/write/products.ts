import { hasSections, type Product } from '@testio-mcp/domain';
import { sql } from 'kysely';
import { idList, pairList } from '../sqlite/id-list.ts';
import { indexDocuments } from '../sqlite/search-index.ts';
import type { WriteScope } from '../store.ts';
import { nextChangeNumber, recordChangeNumber } from './change-number.ts';
import { bury, buryContents } from './tombstones.ts';
import { type Row, type UpsertRule, upsert } from './upsert.ts';
import { toFlag } from './values.ts';

const PRODUCTS: UpsertRule<'products'> = { table: 'products', key: ['id'], keep: ['first_seen_at'] };
const SECTIONS: UpsertRule<'sections'> = { table: 'sections', key: ['id'], keep: ['first_seen_at'] };

/**
 * Writes products with their sections and confirms their metadata. Sections that a given product no longer lists are
 * marked as deleted.
 *
 * @param options.complete whether these are all products of the account. Then the others are marked as deleted with all
 * that belongs to them, and the account's list counts as read
 * @returns the number of rows inserted, changed or marked
 */
export async function saveProducts(
  scope: WriteScope,
  products: readonly Product[],
  options: { readonly complete: boolean },
): Promise<number> {
  const { db, now } = scope;
  const ids = products.map((product) => product.id);
  const sections = products.flatMap((product) => sectionRows(product, now));
  const written = await upsert(
    db,
    PRODUCTS,
    products.map((product) => productRow(product, now)),
  );
  await indexDocuments(scope, 'product', written);
  const writtenSections = await upsert(db, SECTIONS, sections);
  const listed = pairList(sections.map((section) => [section.id, section.product_id]));
  const gone = await bury(
    scope,
    'sections',
    'id',
    sql`product_id in ${idList(ids)} and (id, product_id) not in ${listed}`,
  );
  await sql`
    insert into product_freshness (product_id, metadata_at) select value, ${now} from ${idList(ids)} where true
    on conflict (product_id) do update set metadata_at = excluded.metadata_at`.execute(db);
  const buried = options.complete ? await buryUnlisted(scope, ids) : 0;
  return written.length + writtenSections.length + gone.length + buried;
}

async function buryUnlisted(scope: WriteScope, listed: readonly number[]): Promise<number> {
  await scope.db.updateTable('account').set({ products_listed_at: scope.now }).where('id', '=', 1).execute();
  const products = await bury(scope, 'products', 'id', sql`id not in ${idList(listed)}`);
  if (products.length === 0) return 0;
  const changeNumber = await nextChangeNumber(scope.db);
  const contents = await buryContents(scope, products, changeNumber);
  await recordChangeNumber(scope.db, changeNumber);
  return products.length + contents;
}

function productRow(product: Product, now: number): Row<'products'> {
  return {
    id: product.id,
    title: product.title,
    description: product.description,
    type: product.type,
    default_section_id: product.defaultSectionId,
    has_sections: toFlag(hasSections(product)),
    connection_id: product.connection?.id ?? null,
    connection_name: product.connection?.name ?? null,
    first_seen_at: now,
    deleted_at: null,
  };
}

function sectionRows(product: Product, now: number): Row<'sections'>[] {
  const real = new Set(product.sections.map((section) => section.id));
  const all = new Map([...product.sectionsWithDefault, ...product.sections].map((section) => [section.id, section]));
  return [...all.values()].map((section) => ({
    id: section.id,
    product_id: product.id,
    title: section.title,
    // The hidden default section is the one that the list of real sections leaves out (customer-api 5.1).
    is_default: toFlag(!real.has(section.id)),
    first_seen_at: now,
    deleted_at: null,
  }));
}
