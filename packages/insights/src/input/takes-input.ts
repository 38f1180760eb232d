import type { Operation } from '../operation.ts';
import { parseInput, referenceOf, validateInput } from './parse-input.ts';

/**
 * Whether an operation takes this input, as far as that can be told without the store: a title may stand for nothing that
 * is there. For what suggests calls, so that it cannot suggest one that fails.
 */
export function takesInput(operation: Operation, input: Readonly<Record<string, unknown>>): boolean {
  try {
    const parsed = parseInput(operation, input);
    for (const field of Object.keys(parsed)) {
      if (referenceOf(operation, field) !== undefined) parsed[field] = asIfFound(parsed[field]);
    }
    validateInput(operation, parsed);
    return true;
  } catch {
    return false;
  }
}

/** Any id in place of each title. */
function asIfFound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asIfFound);
  return typeof value === 'string' ? 1 : value;
}
