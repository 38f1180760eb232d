import { toIso } from '@testio-mcp/domain';
import { countOf } from '../render/lines.ts';
import type { ShownTrust } from '../trust/shape.ts';
import type { QualityReport } from './report-shape.ts';

/** Products that a title names. */
const NAMED = 3;

/** What the report is about, in a line. */
export function reportTitle({ scope }: QualityReport): string {
  const names = scope.products.map(({ id, title }) => title ?? `Product ${id}`);
  const rest = names.length + scope.products_rest - NAMED;
  const list = rest > 1 ? [...names.slice(0, NAMED), `${rest} more products`] : names;
  return `Quality report: ${list.length === 0 ? 'no product' : list.join(', ')}`;
}

/** Which tests it counts. */
export function scopeSentence({ scope, period, summary }: QualityReport): string {
  const tests = `${countOf(summary.total_tests, 'test')} in status ${scope.statuses.join(', ').replaceAll('_', ' ')}`;
  const chosen = scope.test_ids === undefined ? '' : `, among ${scope.test_ids.length} chosen`;
  return `${tests}${chosen}, ${periodPhrase(period)}, with their bugs.`;
}

function periodPhrase({ from, to, time_zone }: QualityReport['period']): string {
  if (from === null && to === null) return 'whenever they end';
  const zone = time_zone === 'UTC' ? 'UTC' : time_zone;
  const [first, last] = [from && dayIn(from, time_zone), to && dayIn(lastInstant(to), time_zone)];
  if (first === null) return `ending until ${last} (${zone})`;
  return last === null ? `ending since ${first} (${zone})` : `ending from ${first} to ${last} (${zone})`;
}

/** A period ends before its end. */
function lastInstant(end: string): string {
  return toIso(Date.parse(end) - 1);
}

function dayIn(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(Date.parse(instant));
}

/** How old and how complete it is. */
export function trustSentence({ as_of, completeness }: ShownTrust): string {
  const age = as_of === null ? 'Never confirmed by the API.' : `As of ${as_of}.`;
  return `${age} ${completeness.complete ? 'Nothing is missing.' : 'Not everything could be read: see what is missing.'}`;
}
