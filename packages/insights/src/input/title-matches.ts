import { sql } from 'kysely';
import type { OperationContext } from '../operation.ts';
import { cleanTesterText } from '../quote/clean-tester-text.ts';
import { type Titled, toTitled } from '../shapes/titled.ts';
import { textPatterns } from '../sqlite/text-match.ts';
import type { ReferenceKind } from './forms.ts';
import { REFERENCE_SOURCES, seenThings } from './reference-sources.ts';

/**
 * Living things whose title contains a text or whose id begins with it, for completion: those of exactly this title or id
 * first, then those that begin with it. The empty text fits everything that has a title.
 *
 * @param most how many at most
 */
export async function titleMatches(
  { store }: Pick<OperationContext, 'store'>,
  kind: ReferenceKind,
  text: string,
  most: number,
): Promise<Titled[]> {
  // What nobody sees was not typed.
  const wanted = cleanTesterText(text) ?? '';
  const { exact, part } = wanted === '' ? { exact: [''], part: ['*'] } : textPatterns(wanted);
  const { things, order } = REFERENCE_SOURCES[kind];
  const any = (patterns: readonly string[]) =>
    sql`(${sql.join(
      patterns.map((pattern) => sql`seen glob ${pattern}`),
      sql` or `,
    )})`;
  const { rows } = await store.read(({ db }) =>
    sql<Titled>`
      select id, title from (${seenThings(things)})
      where ${any(part)} or id glob ${/^\d+$/.test(wanted) ? `${wanted}*` : ''}
      order by
        case when ${any(exact)} or id = ${wanted} then 0 when ${any(exact.map((pattern) => `${pattern}*`))} then 1 else 2 end,
        ${order}, id desc
      limit ${most}`.execute(db),
  );
  return rows.map(({ id, title }) => toTitled(id, title));
}
