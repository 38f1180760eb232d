import type { MissingWhat, Trust } from './shape.ts';

/** Gaps behind which rows of a list may be hidden. */
const HIDES_ROWS: ReadonlySet<string> = new Set<MissingWhat>([
  'sync',
  'products',
  'features_of_products',
  'tests_of_products',
  'tests',
  'bugs_of_tests',
  'beyond_retention',
]);

/**
 * Makes an empty list say first whether it is empty, or only not known: a total of 0 would be taken for "there is none"
 * otherwise. Answers that are not an empty list stay as they are.
 */
export function sayWhatIsNotKnown<Output extends Record<string, unknown> & Trust>(output: Output): Output {
  if (output.total !== 0 || typeof output.range !== 'string') return output;
  const { as_of, completeness } = output;
  const hiding = completeness.missing.filter(({ what }) => HIDES_ROWS.has(what));
  if (hiding.length === 0) return output;
  if (hiding.every(({ what }) => what === 'beyond_retention')) {
    return { ...output, range: 'none is known, but what is too old was forgotten' };
  }
  const range =
    as_of === null ? 'nothing is known yet, because nothing was read' : 'none is known, but not all was read';
  return { ...output, range };
}

/** Whether an answer rests on a store into which nothing was ever synced. */
export function isNothingSynced({ completeness }: Record<string, unknown>): boolean {
  const { missing = [] } = (completeness ?? {}) as Partial<Trust['completeness']>;
  return missing.some(({ what }) => what === 'everything');
}
