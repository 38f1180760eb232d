import { TestioError } from '@testio-mcp/domain';

export interface BadInput {
  readonly field: string;
  readonly received: unknown;
  /** What is wrong with it, as the rest of a sentence that begins with the field's name. */
  readonly problem: string;
  /** Accepted values or a range, nearest first. */
  readonly accepted: readonly (string | number)[];
  readonly next?: string;
}

/** A parameter that cannot be used as it came. */
export function invalidInput({ field, received, problem, accepted, next }: BadInput): TestioError {
  return new TestioError({
    kind: 'validation',
    code: 'invalid_input',
    message: `${field} ${problem}.`,
    next: next ?? `Call again with an accepted value for ${field}, or leave it out.`,
    field,
    received: short(received),
    accepted,
  });
}

/** What was received, short enough to be shown. */
export function short(received: unknown): unknown {
  const LONGEST = 200;
  const text = typeof received === 'string' ? received : JSON.stringify(received);
  if (text === undefined || text.length <= LONGEST) return received;
  return `${text.slice(0, LONGEST)}…`;
}

/** How a value is named in a sentence. */
export function quoted(received: unknown): string {
  return JSON.stringify(short(received)) ?? String(received);
}
