import { TestioError } from '@testio-mcp/domain';
import type { ReadScope } from '@testio-mcp/persistence';

/**
 * A living section.
 *
 * @throws TestioError `section_not_found` when the store has no such section, or only a deleted one
 */
export async function requireSection(db: ReadScope['db'], id: number) {
  const section = await db
    .selectFrom('sections')
    .select(['id', 'title'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (section !== undefined) return section;
  throw new TestioError({
    kind: 'not_found',
    code: 'section_not_found',
    message: `The store has no section ${id}.`,
    next: 'Find the right id with get_product_summary, or leave section_id out: most products have no sections.',
    field: 'section_id',
    received: id,
  });
}
