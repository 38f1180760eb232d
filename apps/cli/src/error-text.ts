import type { ErrorReport } from '@testio-mcp/domain';
import { styledNote } from './output.ts';

/** How many accepted values are named before the rest becomes a number. */
const SHOWN_VALUES = 12;

/** An error as people read it on a terminal: what happened and why, what is accepted, what to do next. */
export function errorText(error: ErrorReport): string {
  const lines = [`${styledNote(['red', 'bold'], 'Error:')} ${error.message}`];
  const accepted = error.accepted ?? [];
  if (accepted.length > 0) {
    const rest = accepted.length - SHOWN_VALUES;
    const more = rest > 0 ? ` and ${rest} more` : '';
    lines.push(`${styledNote('dim', 'Accepted:')} ${accepted.slice(0, SHOWN_VALUES).join(', ')}${more}`);
  }
  if (error.next !== undefined) lines.push(`${styledNote('dim', 'Next:')} ${error.next}`);
  return lines.join('\n');
}
