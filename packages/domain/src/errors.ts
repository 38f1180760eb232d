/** Families of trouble. Surfaces map the family, never the code, to exit codes and HTTP statuses. */
export const ERROR_KINDS = [
  'configuration',
  'authentication',
  'permission',
  'not_found',
  'validation',
  'ambiguous',
  'rate_limit',
  'upstream',
  'network',
  'storage',
  'busy',
  'cancelled',
  'internal',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

export interface TestioErrorFacts {
  readonly kind: ErrorKind;
  /** Stable, snake_case; scripts branch on it. */
  readonly code: string;
  /** What happened and why, in one or two sentences of ours. Never an upstream body, never a secret. */
  readonly message: string;
  /** What to do next. */
  readonly next?: string;
  readonly retryable?: boolean;
  /** Parameter or setting at fault. */
  readonly field?: string;
  /** What was received for the field. */
  readonly received?: unknown;
  /** The values accepted for the field, nearest first. */
  readonly accepted?: readonly (string | number)[];
  /** HTTP status of the Customer API, where one came. */
  readonly upstreamStatus?: number;
  /** Pause the API asks for before the next try, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The error as every surface shows it: MCP's `_meta`, REST problem details, `--json` of the command line. */
export interface ErrorReport {
  code: string;
  kind: ErrorKind;
  message: string;
  retryable: boolean;
  next?: string;
  field?: string;
  received?: unknown;
  accepted?: (string | number)[];
  upstream_status?: number;
}

/** An error that a person can act on. Everything that is not one is reported as `internal`. */
export class TestioError extends Error {
  override readonly name = 'TestioError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly facts: TestioErrorFacts;

  constructor(facts: TestioErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = facts.kind;
    this.code = facts.code;
    this.facts = facts;
  }

  get retryable(): boolean {
    return this.facts.retryable ?? false;
  }

  /** The plain object that surfaces render. Causes stay in the log. */
  report(): ErrorReport {
    const { kind, code, message, next, field, received, accepted, upstreamStatus } = this.facts;
    return {
      code,
      kind,
      message,
      retryable: this.retryable,
      ...(next === undefined ? {} : { next }),
      ...(field === undefined ? {} : { field }),
      ...(received === undefined ? {} : { received }),
      ...(accepted === undefined ? {} : { accepted: [...accepted] }),
      ...(upstreamStatus === undefined ? {} : { upstream_status: upstreamStatus }),
    };
  }
}

/** Turns anything thrown into a TestioError. Unknown errors keep their cause for the log but show none of it. */
export function toTestioError(thrown: unknown): TestioError {
  if (thrown instanceof TestioError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return cancelled(thrown);
  return new TestioError({
    kind: 'internal',
    code: 'internal_error',
    message: 'Something went wrong inside testio-mcp.',
    next: 'Try again; if it happens again, report it with the lines of the log around this time.',
    cause: thrown,
  });
}

/** The caller, or a signal, ended the work. */
export function cancelled(cause?: unknown): TestioError {
  return new TestioError({
    kind: 'cancelled',
    code: 'cancelled',
    message: 'The work was cancelled.',
    retryable: true,
    cause,
  });
}

/** Whether this is an error of the operating system with this code, such as ENOENT. */
export function isSystemError(thrown: unknown, code: string): boolean {
  return systemErrorCode(thrown) === code;
}

/** The code of an error of the operating system, such as ENOENT; null for what has none. */
export function systemErrorCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : null;
}
