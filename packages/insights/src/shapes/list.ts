import { z } from 'zod';
import { trustShape } from '../trust/shape.ts';

/**
 * The output of a list: its rows under the plural noun, where the page stands in the list, and the scope it was asked with.
 *
 * @param filters what can be asked for; members that were not are absent
 */
export function listOutput<
  const Noun extends string,
  Row extends z.ZodType,
  Filters extends Readonly<Record<string, z.ZodOptional<z.ZodType>>>,
>(noun: Noun, row: Row, filters: Filters) {
  const rows = { [noun]: z.array(row) } as Record<Noun, z.ZodArray<Row>>;
  return z.object({
    ...rows,
    total: z.int().describe('Rows on all pages.'),
    returned: z.int(),
    range: z.string(),
    next_cursor: z.string().nullable().describe('null: this is the last page.'),
    per_page: z.int(),
    sort: z.string(),
    filters: z.object(filters),
    ...trustShape,
  });
}

/** The scope of a list as it is echoed: what was asked for, without what was not. */
export function echoed<Filters extends object>(
  filters: Filters,
): { [Name in keyof Filters]?: NonNullable<Filters[Name]> } {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Name in keyof Filters]?: NonNullable<Filters[Name]> };
}
